import type { Failure } from '#conductor/fault';
import { InstanceMappingNotFound } from '#errors';
import type { Services } from '#ports/services';
import { answerCall, toldFailure } from '#rpc/answer-call';
import { endScope } from './action-scope.ts';
import { cellTable, instanceKey } from './keys.ts';
import { readOperation } from './operation-document.ts';
import { letGo, type Ownership } from './own-operation.ts';
import { cellOfServer } from './server-cell.ts';
import { textOf } from './reading.ts';
import { setVmStateAndNotify } from './set-vm-state.ts';
import type { Json } from '#ports/json';

/** A request to move a server that could not begin. */
export interface RefusedMove extends Pick<Ownership, 'operation' | 'execution' | 'uuid'> {
  readonly request: string;
  readonly method: string;
  readonly events: readonly string[];
  readonly writer: string;
  readonly reply: Json | undefined;
  readonly caught: Failure;
  /** The task states that the API has set for this request. */
  readonly whileTask: readonly (string | null)[];
}

/** Refusals after which the server stays as it is: it is not ours, or not to be touched without an action. */
const LEAVES_ALONE: ReadonlySet<string> = new Set([
  'InstanceActionNotFound',
  'InstanceInvalidState',
  'InstanceNotFound',
  'NotImplementedError',
]);

/** Ends such a request: its events tell why, and so does the answer; a server that is ours has no task any more. */
export async function refuseMove(services: Services, move: RefusedMove): Promise<void> {
  const { uuid, execution, operation, events, writer, whileTask } = move;
  const { context, failure: kept } = await readOperation(services, move.request);
  const failure = toldFailure(kept, move.caught);
  services.log.warn('move refused', { instance: uuid, method: move.method, error: failure.name });
  try {
    const cell = await cellOfServer(services, uuid);
    if (failure.name !== 'InstanceActionNotFound')
      await endScope(services, { cell, uuid, context, events, writer }, failure);
    const item = await services.tables.get(cellTable(cell.name), instanceKey(uuid));
    if (!LEAVES_ALONE.has(failure.name) && item !== undefined && item['deleted'] !== true)
      await setVmStateAndNotify(services, {
        cell,
        uuid,
        execution,
        failure,
        context,
        whileTask,
        method: 'migrate_server',
        vm_state: textOf(item['vm_state']) ?? 'active',
        task_state: null,
        requestSpec: { instance_properties: { uuid } },
      });
    await letGo(services, { operation, cell, uuid, execution });
  } catch (missing) {
    if (!(missing instanceof InstanceMappingNotFound)) throw missing;
  }
  await answerCall(services, move.reply, move.method, failure);
}
