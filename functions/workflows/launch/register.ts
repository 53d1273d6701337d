import { buildSettled, instanceFacts } from '#conductor/settled';
import { all, any, equals, exists, not } from '#ports/conditions';
import type { Services } from '#ports/services';
import { ConditionFailed, type Attributes, type Item } from '#ports/tables';
import { cellTable, instanceKey } from '#records/keys';
import { HOSTS, hostsAttribute, operationNames, operationState } from '#records/operation';
import { forgetToken } from '#operations/settle';
import type { PlacedState } from './state.ts';

const LAUNCH = operationNames('launch');

/**
 * Registers a token on the server's record: one conditional update that makes the attempt's host the only one that may
 * write, and answers the record. A record that is settled, or that a reschedule has come in for, completes the token at
 * once; then nothing is answered.
 */
export async function register(
  services: Pick<Services, 'executions' | 'tables' | 'log'>,
  state: PlacedState,
  execution: string,
  token: string,
  changes: Attributes = {},
): Promise<Item | undefined> {
  const { server, cell, host, attempt } = state;
  const table = cellTable(cell);
  const begins = Object.keys(changes).length > 0;
  try {
    const { item } = await services.tables.update(
      table,
      instanceKey(server),
      {
        set: {
          ...changes,
          [LAUNCH.token]: token,
          [LAUNCH.attempt]: attempt,
          [LAUNCH.owner]: execution,
          [HOSTS]: hostsAttribute(host),
        },
      },
      all(
        exists,
        equals('deleted', false),
        any(equals(LAUNCH.owner, execution), equals(LAUNCH.owner, null)),
        ...(begins ? [not(equals(LAUNCH.attempt, attempt))] : []),
      ),
    );
    const { reschedule } = operationState(item, 'launch');
    const outcome = buildSettled(instanceFacts(item));
    if (outcome === undefined && reschedule?.attempt !== attempt) return item;
    // Once it is answered the execution goes on, and nobody would repeat what we left undone.
    await forgetToken(services, table, server, 'launch', token);
    if (outcome !== undefined) await services.executions.succeed(token, { outcome });
    else await services.executions.fail(token, 'RescheduledException', reschedule?.reason ?? '');
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    // A repeat of a registration that was made: the host may be done by now, and its attempt begins only once.
    if (begins && isBegun(error.item, execution, attempt)) return register(services, state, execution, token);
    // Gone, or another operation's by now: this one has nothing to wait for.
    const owned = error.item !== undefined && error.item['deleted'] !== true;
    services.log.info('nothing to wait for', { instance: server, cell, taken_over: owned });
    await services.executions.succeed(token, { outcome: owned ? 'active' : 'deleted' });
  }
  return undefined;
}

function isBegun(item: Item | undefined, execution: string, attempt: number): boolean {
  if (item === undefined || item['deleted'] === true) return false;
  const operation = operationState(item, 'launch');
  return operation.owner === execution && operation.attempt === attempt;
}
