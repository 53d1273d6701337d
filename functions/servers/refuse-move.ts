import type { Failure } from '#conductor/fault';
import type { RequestContext } from '#ports/context';
import type { Services } from '#ports/services';
import { answerCall, answerFailure } from '#operations/answer-call';
import { endScope } from '#operations/action-scope';
import { cellTable, instanceKey } from '#records/keys';
import { readOperation } from '#operations/operation-document';
import type { Cell } from '#records/method';
import { release, type Ownership } from '#operations/own-operation';
import { mappedCell } from '#records/target-cell';
import { setVmStateAndNotify } from './set-vm-state.ts';
import type { Json } from '#ports/json';
import { instanceItem } from '#records/items/instance';

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

/** Ends such a request: its events and the answer say why; a server that is ours has no task any more. */
export async function refuseMove(services: Services, move: RefusedMove): Promise<void> {
  const { context, failure: kept } = await readOperation(services, move.request);
  const failure = answerFailure(kept, move.caught);
  const cell = await mappedCell(services, move.uuid);
  const log = cell === undefined ? services.log : services.log.with({ cell: cell.name });
  log.warn('move refused', { instance: move.uuid, method: move.method, error: failure.name });
  if (cell !== undefined) await leaveInstance({ ...services, log }, move, { cell, context, failure });
  await answerCall({ ...services, log }, move.reply, move.method, failure);
}

async function leaveInstance(
  services: Services,
  { uuid, execution, operation, events, writer, whileTask }: RefusedMove,
  { cell, context, failure }: { readonly cell: Cell; readonly context: RequestContext; readonly failure: Failure },
): Promise<void> {
  if (failure.name !== 'InstanceActionNotFound')
    await endScope(services, { cell, uuid, context, events, writer }, failure);
  const item = await services.tables.get(cellTable(cell.name), instanceKey(uuid));
  if (!LEAVES_ALONE.has(failure.name) && item !== undefined && !instanceItem(item).deleted)
    await setVmStateAndNotify(services, {
      cell,
      uuid,
      execution,
      failure,
      context,
      whileTask,
      method: 'migrate_server',
      vm_state: instanceItem(item).vm_state ?? 'active',
      task_state: null,
      requestSpec: { instance_properties: { uuid } },
    });
  await release(services, { operation, cell, uuid, execution });
}
