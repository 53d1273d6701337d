import { all, any, atMost, equals, oneOf, type Condition } from '#ports/conditions';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { buryInCell0, cell0 } from '#servers/bury-in-cell0';
import { cellOfRecord, existingInstances } from '#operations/existing-instances';
import { isBuiltBy } from '#servers/existing-instance';
import { finishDeletion } from '#servers/finish-deletion';
import { failFirstAttempt } from '#servers/fail-first-attempt';
import { failInstance } from '#servers/fail-instance';
import { cellTable, instanceKey } from '#records/keys';
import { operationNames, operationState } from '#records/operation';
import { quotaHold } from '#records/instance-quota';
import { returnShare } from '#records/quota-usage';
import { failureOf, type StepEvent } from '../step.ts';
import { withdrawClaims } from './claims.ts';
import { launchRequest } from './requested.ts';
import type { LaunchState, PlacedState } from './state.ts';
import { instanceItem, isBeingDeleted, type InstanceItem } from '#records/items/instance';

const LAUNCH = operationNames('launch');

/**
 * Ends a build that cannot go on (nova.conductor.manager `build_instances`): the server is in error with its fault
 * where it is recorded, fenced from every host, its networks are cleaned up and its claim is released. One that is
 * recorded nowhere yet is buried; one that belongs to somebody else is left alone.
 *
 * @throws CellMappingNotFound when it would have to be buried and there is no cell0
 */
export async function failBuild(
  services: Services,
  event: StepEvent<LaunchState & Partial<PlacedState>>,
): Promise<void> {
  const { state, execution } = event;
  if (state.entry === 'existing') return failExisting(services, event);
  const { common, requested: instance, reservation } = await launchRequest(services, state);
  const failure = failureOf(event.error);
  const cell = state.cell ?? (await cellOfRecord(services, state.server));
  const item = cell === undefined ? undefined : await services.tables.get(cellTable(cell), instanceKey(state.server));

  if (cell === undefined || item === undefined) {
    await buryInCell0(services, await cell0(services), {
      request: state.request,
      requested: instance,
      failure,
      common,
      execution,
      reservation,
    });
    await withdrawClaims(services, state, execution);
  } else if (!mayEnd(event, item)) {
    await withdrawClaims(services, state, execution);
    if (isNew(state) && reservation !== undefined)
      await returnShare(services, state.request, state.server, reservation);
  } else if (isBeingDeleted(item)) {
    await finishDeletion(services, { cell, item, context: common.context, execution });
  } else if (!instanceItem(item).deleted) {
    await failInstance(services, {
      cell,
      item,
      requested: instance,
      common,
      failure,
      execution,
      condition: owned(event),
    });
  }
}

/** Whether it is this execution that records the server. */
const isNew = ({ entry }: LaunchState): boolean => entry === 'build' || entry === 'place';

/** The owners that this execution may take the server from: itself, and the one that was found to run no more. */
const ownersOf = ({ state, execution }: StepEvent<LaunchState>): (string | null)[] =>
  isNew(state) ? [execution] : [execution, state.previous_owner ?? null];

/**
 * What must hold of the record: it is this execution's, no later attempt has begun, and it was not built since. A
 * failure that comes late is nobody's.
 */
const owned = (event: StepEvent<LaunchState>): Condition =>
  all(
    oneOf(LAUNCH.owner, ownersOf(event)),
    any(equals(LAUNCH.attempt, null), atMost(LAUNCH.attempt, event.state.attempt)),
    any(
      equals<InstanceItem>('vm_state', 'building'),
      all(equals<InstanceItem>('vm_state', 'error'), equals<InstanceItem>('host', null)),
    ),
  );

const mayEnd = (event: StepEvent<LaunchState>, item: Item): boolean =>
  ownersOf(event).includes(operationState(item, 'launch').owner);

/**
 * A server that its API has recorded fails in its own record, or is nobody's any more: then what is held for it goes.
 * One that its host has built meanwhile keeps all that it has.
 */
async function failExisting(
  services: Services,
  { state, execution, error }: StepEvent<LaunchState & Partial<PlacedState>>,
): Promise<void> {
  const { request, server: uuid } = state;
  const { common, requested: instance, reservation } = await launchRequest(services, state);
  const [found] = await existingInstances(services, [uuid]);
  const own = found !== undefined && operationState(found.item, 'launch').owner === execution;
  const failed =
    found !== undefined &&
    (await failFirstAttempt(services, found, {
      requested: instance,
      common,
      failure: failureOf(error),
      execution,
      bookkeeping: quotaHold(reservation),
    }));
  if (failed) return;
  const [left] = await existingInstances(services, [uuid]);
  if (left !== undefined && isBuiltBy(left.item, execution)) return;
  await withdrawClaims(services, state, execution);
  if (!own && reservation !== undefined) await returnShare(services, request, uuid, reservation);
}
