import { all, equals, exists } from '#ports/conditions';
import type { Services } from '#ports/services';
import { ConditionFailed } from '#ports/tables';
import { cellTable, instanceKey } from '#records/keys';
import { operationNames, operationState } from '#records/operation';
import type { Ownership } from './own-operation.ts';
import { forgetToken, settledAs } from './settle.ts';

/**
 * Registers a Task's token on the server's record, for the object proxy to complete. A record that is settled already, or
 * that a compute's wish to reschedule has come in for, completes it at once; so does one that is no longer ours.
 */
export async function registerToken(
  services: Pick<Services, 'executions' | 'tables' | 'log'>,
  { operation, cell, uuid, execution }: Ownership,
  token: string,
  attempt: number,
): Promise<void> {
  const names = operationNames(operation);
  const table = cellTable(cell.name);
  try {
    const { item } = await services.tables.update(
      table,
      instanceKey(uuid),
      { set: { [names.token]: token } },
      all(exists, equals('deleted', false), equals(names.owner, execution)),
    );
    const { reschedule } = operationState(item, operation);
    const outcome = settledAs(item, operation);
    if (outcome === undefined && reschedule?.attempt !== attempt) return;
    // Once it is answered the execution goes on, and nobody would repeat what we left undone.
    await forgetToken(services, table, uuid, operation, token);
    if (outcome !== undefined) await services.executions.succeed(token, { outcome });
    else await services.executions.fail(token, 'RescheduledException', reschedule?.reason ?? '');
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    const owned = error.item !== undefined && error.item['deleted'] !== true;
    services.log.info('nothing to wait for', { instance: uuid, cell: cell.name, operation, taken_over: owned });
    await services.executions.succeed(token, { outcome: owned ? 'taken-over' : 'deleted' });
  }
}
