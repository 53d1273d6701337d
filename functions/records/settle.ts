import { buildSettled, instanceFacts } from '#conductor/settled';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { launchOperation } from './operation.ts';
import { forgetToken } from './reschedule.ts';

/**
 * Completes the Task that waits for a server, once the item that a write just answered says that it is settled.
 *
 * The token is taken off the record only after it was answered, so whoever repeats the write completes it again.
 */
export async function settle(
  services: Pick<Services, 'tables' | 'executions'>,
  table: string,
  item: Item,
): Promise<void> {
  if (item.sk !== 'instance') return;
  const { token } = launchOperation(item);
  const outcome = token === null ? undefined : buildSettled(instanceFacts(item));
  if (token === null || outcome === undefined) return;
  await services.executions.succeed(token, { outcome });
  await forgetToken(services, table, item.pk.slice('instance#'.length), token);
}
