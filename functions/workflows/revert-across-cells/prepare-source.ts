import { InstanceNotFound } from '#errors';
import { all, any, equals, exists } from '#ports/conditions';
import type { RequestContext } from '#ports/context';
import type { Services } from '#ports/services';
import { ConditionFailed } from '#ports/tables';
import { migrationObject } from '#operations/end-migration';
import { readOperation } from '#operations/operation-document';
import { copyActions } from '#records/copies/copy-actions';
import { type InstanceItem } from '#records/items/instance';
import { cellTable, instanceKey } from '#records/keys';
import { startAction } from '#records/methods/instance-action';
import { saveMigration } from '#records/methods/migration';
import { involved, IS_HIDDEN, LAST_EXECUTION, operationNames } from '#records/operation';
import { stateAttributes } from '#servers/instance-change';
import { liveInstance, storedInstance } from '#servers/stored-instance';
import { bothCells } from '../begin-answer.ts';
import { arrivedIn, cameFrom, type ArrivedState, type BothCellsState } from '../both-cells.ts';
import { markReverting } from '../fail-answer.ts';
import { notifyResize } from '../resize-events.ts';
import type { Ended, StepEvent } from '../step.ts';
import { devicesMeanwhile } from './devices-meanwhile.ts';
import { REVERT } from './state.ts';

/**
 * Publishes that the resize is being reverted, and finds the cell that the server has come from. An earlier request may
 * have brought it back: then the other copy waits for its host again, or is gone.
 *
 * @throws MigrationNotFound, HostMappingNotFound, InstanceNotFound
 */
export async function findSource(
  services: Services,
  { state, execution }: StepEvent<ArrivedState>,
): Promise<Ended<BothCellsState>> {
  const { server: uuid } = state;
  const { context } = await readOperation(services, state.request);
  const item = await storedInstance(services, state.cell, uuid);
  const found = await bothCells(services, state);
  await notifyResize(services, { action: 'revert', phase: 'start', item, context, execution });
  if (found.cell === state.cell) return { state: found, outcome: 'away' };
  if (!(await markReverting(services, found.cell, uuid))) return { state: found, outcome: 'left' };
  // Its host records what it does in an action of this request.
  await startAction({ ...services, context, cell: arrivedIn(found) }, uuid, 'revertResize');
  return { state: found, outcome: 'shown' };
}

/**
 * Makes the hidden copy what it is to be shown as: with the states of the revert, the volumes that the server has by
 * now, all that was done with it meanwhile, and what its migration has come to.
 *
 * @throws InstanceNotFound when one of the copies is gone
 */
export async function prepareSource(
  services: Services,
  { state, execution }: StepEvent<BothCellsState>,
): Promise<BothCellsState> {
  const { context } = await readOperation(services, state.request);
  await takeSource(services, state, execution);
  await devicesMeanwhile(services, state, context);
  await copyActions(services, { uuid: state.server, from: state.cell, to: state.source_cell });
  await takeMigration(services, state, context);
  return state;
}

/** The execution owns both copies from here on. */
async function takeSource(services: Services, state: BothCellsState, execution: string): Promise<void> {
  const { server: uuid, source_cell, source_host } = state;
  const arrived = await liveInstance(services, state.cell, uuid);
  const { vm_state, system_metadata } = await liveInstance(services, source_cell, uuid);
  const { owner } = operationNames(REVERT.operation);
  const was = arrived.system_metadata['old_vm_state'] ?? null;
  const set = {
    ...stateAttributes(services, uuid, { vm_state, task_state: 'resize_reverting' }),
    system_metadata: { ...system_metadata, old_vm_state: was },
    [owner]: execution,
    [LAST_EXECUTION]: `${REVERT.operation}/${execution}`,
    ...involved(source_host),
  };
  const condition = all(exists, equals<InstanceItem>('deleted', false), any(IS_HIDDEN, equals(owner, execution)));
  try {
    await services.tables.update(cellTable(source_cell), instanceKey(uuid), { set }, condition);
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    throw new InstanceNotFound({ instance_id: uuid }, { cause: error });
  }
}

/** What the migration has come to in the other cell, it has in its own. */
async function takeMigration(services: Services, state: BothCellsState, context: RequestContext): Promise<void> {
  const { server, migration } = state;
  const arrived = await migrationObject({ ...services, context, cell: arrivedIn(state) }, server, migration);
  const records = { ...services, context, cell: cameFrom(state) };
  const own = await migrationObject(records, server, migration);
  if (arrived === undefined || own === undefined) return;
  for (const name of arrived.setFields)
    if (!['id', 'uuid', 'created_at', 'updated_at'].includes(name)) own.assign(name, arrived.peek(name));
  own.set('status', arrived.peek('status') ?? 'reverting');
  await saveMigration(records, own);
}
