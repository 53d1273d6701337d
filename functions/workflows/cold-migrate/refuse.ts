import type { Failure } from '#conductor/fault';
import { InstanceMappingNotFound } from '#errors';
import type { RequestContext } from '#ports/context';
import type { Services } from '#ports/services';
import { answerCall, toldFailure } from '#rpc/answer-call';
import { endScope } from '#records/action-scope';
import { cellTable, instanceKey } from '#records/keys';
import type { Cell } from '#records/method';
import { readOperation } from '#records/operation-document';
import { letGo, targetCell } from '#records/own-operation';
import { textOf } from '#records/reading';
import { setVmStateAndNotify } from '#records/set-vm-state';
import { failureOf, type Step } from '../step.ts';
import { EVENTS, type MoveState } from './state.ts';

/** Refusals after which the server stays as it is: it is not ours, or not to be touched without an action. */
const LEAVES_ALONE: ReadonlySet<string> = new Set([
  'InstanceActionNotFound',
  'InstanceInvalidState',
  'InstanceNotFound',
  'NotImplementedError',
]);

/** Ends a request that could not begin: its events tell why, and so does the answer. A refused server is left alone. */
export const refuse: Step<MoveState> = async (services, { state, error, execution }) => {
  const { server: uuid, attempt } = state;
  const { context, failure: kept } = await readOperation(services, state.request, uuid);
  const failure = toldFailure(kept, failureOf(error));
  services.log.warn('migrate_server refused', { instance: uuid, error: failure.name });
  try {
    const cell = await targetCell(services, uuid);
    const scope = { cell, uuid, context, events: EVENTS, writer: `${execution}/${attempt}` };
    if (failure.name !== 'InstanceActionNotFound') await endScope(services, scope, failure);
    if (!LEAVES_ALONE.has(failure.name)) await giveStateBack(services, cell, { state, execution, failure, context });
    await letGo(services, { operation: 'cold-migrate', cell, uuid, execution });
  } catch (missing) {
    if (!(missing instanceof InstanceMappingNotFound)) throw missing;
  }
  await answerCall(services, state['reply'], 'migrate_server', failure);
};

async function giveStateBack(
  services: Services,
  cell: Cell,
  begun: { state: MoveState; execution: string; failure: Failure; context: RequestContext },
): Promise<void> {
  const { server: uuid } = begun.state;
  const item = await services.tables.get(cellTable(cell.name), instanceKey(uuid));
  if (item === undefined || item['deleted'] === true) return;
  const { execution, failure, context } = begun;
  await setVmStateAndNotify(services, {
    ...{ cell, uuid, execution, failure, context },
    method: 'migrate_server',
    vm_state: textOf(item['vm_state']) ?? 'active',
    task_state: null,
    requestSpec: {},
    whileTask: ['resize_prep', null],
  });
}
