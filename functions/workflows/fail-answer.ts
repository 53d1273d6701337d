import { InstanceNotFound } from '#errors';
import type { Services } from '#ports/services';
import { revertAllocations } from '#operations/allocation-swap';
import { endScope } from '#operations/action-scope';
import { answerCall, answerFailure } from '#operations/answer-call';
import { endMigrations } from '#operations/end-migration';
import { readOperation } from '#operations/operation-document';
import { release } from '#operations/own-operation';
import { instanceItem } from '#records/items/instance';
import { requestSpecItem } from '#records/items/request-spec';
import { BUILD_REQUESTS, cellTable, instanceKey, requestSpecKey } from '#records/keys';
import { IS_HIDDEN } from '#records/operation';
import { targetCellOf } from '#records/target-cell';
import { changeInstance, stateAttributes } from '#servers/instance-change';
import { setVmStateAndNotify } from '#servers/set-vm-state';
import type { Answer } from './begin-answer.ts';
import { arrivedIn, cameFrom, ownerIn, type ArrivedState, type BothCellsState } from './both-cells.ts';
import { failureOf, type Step, type StepEvent } from './step.ts';

/**
 * Ends a confirmation or a revert that cannot go on: the copy that is shown is in error with a fault, and so is its
 * migration; event and answer carry the error. What was done stays, so that the same request may be made again.
 */
export const failAnswer =
  ({ operation, event, method }: Answer): Step<ArrivedState & Partial<BothCellsState>> =>
  async (
    services: Services,
    { state, error, execution }: StepEvent<ArrivedState & Partial<BothCellsState>>,
  ): Promise<void> => {
    const { server: uuid, migration, request } = state;
    const { context, failure: kept } = await readOperation(services, request);
    const failure = answerFailure(kept, failureOf(error));
    const shown = await targetCellOf(services, uuid);
    const cells = [arrivedIn(state), ...(isBoth(state) ? [cameFrom(state)] : [])];
    services.log.error('a resize across cells could not be ended', {
      instance: uuid,
      method,
      cells: cells.map(({ name }) => name).join(', '),
      mapped: shown.name,
      error: failure.name,
    });
    await endMigrations({ ...services, context, cell: shown }, uuid, 'error', (each) => each.uuid === migration);
    const spec = await services.tables.get(BUILD_REQUESTS, requestSpecKey(uuid));
    try {
      await setVmStateAndNotify(services, {
        cell: shown,
        uuid,
        method: 'migrate_server',
        vm_state: 'error',
        task_state: null,
        failure,
        context,
        requestSpec: (spec && requestSpecItem(spec).spec) ?? {},
        execution,
      });
    } catch (gone) {
      if (!(gone instanceof InstanceNotFound)) throw gone;
    }
    if (isBoth(state) && shown.name === state.source_cell) await leaveAtDestination(services, state);
    for (const cell of cells)
      await endScope(services, { cell, uuid, context, events: [event], writer: execution }, failure);
    await answerCall(services, state.reply, method, failure);
    for (const cell of cells) await release(services, ownerIn(cell, operation, state, execution));
  };

/**
 * A server that is back has what it held there once the other host has let go of it: until then its guest may run
 * there, and the hidden copy keeps its task, by which the reconciler finds it.
 */
async function leaveAtDestination(services: Services, state: BothCellsState): Promise<void> {
  const { server: uuid, migration, cell, source_cell } = state;
  if (await markReverting(services, cell, uuid)) return;
  const item = await services.tables.get(cellTable(source_cell), instanceKey(uuid));
  if (item !== undefined) await revertAllocations(services, { instance: instanceItem(item), migration });
}

/**
 * Gives the hidden copy at the destination the task in which its host is asked to destroy the guest; false where there
 * is none.
 */
export async function markReverting(services: Services, cell: string, uuid: string): Promise<boolean> {
  const copy = await services.tables.get(cellTable(cell), instanceKey(uuid));
  if (copy === undefined) return false;
  const { vm_state } = instanceItem(copy);
  const set = stateAttributes(services, uuid, { vm_state, task_state: 'resize_reverting' });
  await changeInstance(services, cell, uuid, { set, condition: IS_HIDDEN });
  return true;
}

const isBoth = (state: ArrivedState & Partial<BothCellsState>): state is BothCellsState =>
  state.source_cell !== undefined;
