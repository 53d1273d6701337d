import { InstanceNotFound } from '#errors';
import { all, equals, oneOf } from '#ports/conditions';
import type { Services } from '#ports/services';
import { migrationObject } from '#operations/end-migration';
import { readOperation } from '#operations/operation-document';
import { release } from '#operations/own-operation';
import { instanceItem, type InstanceItem } from '#records/items/instance';
import { cellTable, instanceKey } from '#records/keys';
import { saveMigration } from '#records/methods/migration';
import { hostsAttribute, operationNames } from '#records/operation';
import { stateAttributes, unexpectedTask } from '#servers/instance-change';
import { liveInstance, storedInstance } from '#servers/stored-instance';
import { notifiedChange } from '#servers/notified-change';
import { arrivedIn, ownerIn, type BothCellsState } from '../both-cells.ts';
import { endAnswer } from '../end-answer.ts';
import { notifyResize } from '../resize-events.ts';
import type { StepEvent } from '../step.ts';
import { CONFIRM } from './state.ts';

/** Task states of a server whose resize may be confirmed: none, or that of its deletion, which begins by it. */
const EXPECTED: readonly (string | null)[] = [null, 'deleting', 'soft-deleting'];
const NAMED = EXPECTED.filter((task) => task !== null);

/** Power state of a guest that is shut down. */
const SHUTDOWN = 4;

/**
 * The server is as any other again, stopped if its guest is.
 *
 * @throws UnexpectedTaskStateError when something else is done with it by now
 * @throws InstanceNotFound
 */
export async function finishTarget(
  services: Services,
  { state, execution }: StepEvent<BothCellsState>,
): Promise<BothCellsState> {
  const { server: uuid, migration: moved } = state;
  const { context } = await readOperation(services, state.request);
  const cell = arrivedIn(state);
  const records = { ...services, context, cell };
  const migration = await migrationObject(records, uuid, moved);
  if (migration !== undefined && migration.peek('status') !== 'confirmed') {
    migration.set('status', 'confirmed');
    await saveMigration(records, migration);
  }
  const { power_state, system_metadata } = await liveInstance(services, cell.name, uuid);
  const { old_vm_state: _oldState, ...kept } = system_metadata;
  const vm_state = power_state === SHUTDOWN ? 'stopped' : 'active';
  const finished = await notifiedChange(services, {
    cell: cell.name,
    uuid,
    context,
    id: `confirmed-${execution}`,
    set: {
      ...stateAttributes(services, uuid, { vm_state, task_state: null }),
      system_metadata: kept,
      old_flavor: null,
      new_flavor: null,
      migration_context: null,
    },
    condition: all(
      equals(operationNames(CONFIRM.operation).owner, execution),
      oneOf<InstanceItem>('task_state', EXPECTED),
    ),
  });
  if (finished !== undefined) return state;
  const found = await services.tables.get(cellTable(cell.name), instanceKey(uuid));
  if (found === undefined || instanceItem(found).deleted) throw new InstanceNotFound({ instance_id: uuid });
  throw unexpectedTask(uuid, NAMED, found);
}

/** Publishes that the resize is confirmed, ends the event and answers the caller. */
export async function notifyConfirmed(
  services: Services,
  { state, execution }: StepEvent<BothCellsState>,
): Promise<BothCellsState> {
  const { context } = await readOperation(services, state.request);
  const item = await storedInstance(services, arrivedIn(state).name, state.server);
  await notifyResize(services, { action: 'confirm', phase: 'end', item, context, execution });
  await endAnswer(services, { state, execution }, arrivedIn(state), CONFIRM);
  return { ...state, replied: true };
}

/** Ends the work on the server: it is its host's again. A caller whose answer has failed before is answered here. */
export async function finish(services: Services, { state, execution }: StepEvent<BothCellsState>): Promise<void> {
  await release(services, ownerIn(arrivedIn(state), CONFIRM.operation, state, execution), hostsAttribute(state.host));
  if (state.replied !== true) await endAnswer(services, { state, execution }, arrivedIn(state), CONFIRM);
}
