import { InstanceNotFound } from '#errors';
import { isWireObject, setFields } from '#wire/wire';
import { checkAttempts, retries } from '#conductor/retry';
import { NO_INSTANCES } from '#conductor/quota';
import type { Services } from '#ports/services';
import type { WireObject } from '#ports/json';
import { cellTable, instanceKey } from '#records/keys';
import { release } from '#operations/own-operation';
import { checkCloudQuota } from '#operations/check-cloud-quota';
import { fieldsOf, mapOf, numberOf, textOf, wireOf } from '#wire/reading';
import { noteOnOperation, readOperation, type StoredOperation } from '#operations/operation-document';
import { specOfInstance, withoutForcedHosts, withPortNeeds } from '#request-specs/scheduling-spec';
import { specInCell } from '#request-specs/spec-in-cell';
import { targetCellOf } from '#records/target-cell';
import { releaseDevices } from '#operations/accelerator-requests';
import { instanceItem } from '#records/items/instance';
import { beginScope, endScope } from '#operations/action-scope';
import { needsOfInstance } from '#request-specs/needs-of-instance';
import { askScheduler } from '../ask-scheduler.ts';
import { caughtFailure, type StepEvent } from '../step.ts';
import { scope } from './events.ts';
import type { PlacedState, TargetedState } from './state.ts';
import { askedProperties } from './unshelve-message.ts';

/**
 * Chooses a host of the server's own cell and claims it (nova.conductor.manager `unshelve_instance`).
 *
 * @throws NoValidHost, UnsupportedPolicyException, TooManyInstances, ProjectOverLimit, UsagesRetrievalFailed, which
 *   let the server be as it was; MessagingTimeout,
 * InstanceMappingNotFound, InstanceActionNotFound
 */
export async function scheduleInCell(
  services: Services,
  { state, execution }: StepEvent<TargetedState>,
): Promise<PlacedState> {
  const { server: uuid, request } = state;
  const document = await readOperation(services, request);
  await beginScope(services, scope(state, document.context, execution, 'schedule_instances'));
  const { num_attempts } = mapOf(askedProperties(document)['retry']);
  if (retries({}, services.config.maxAttempts))
    checkAttempts((numberOf(num_attempts) ?? 0) + 1, services.config.maxAttempts, uuid, 'none');

  const spec = await specToAsk(services, state, document);
  const { context } = document;
  const { spec: asked, ...chosen } = await askScheduler(services, { context, spec, uuid, execution, moves: true });
  await noteOnOperation(services, request, { spec: asked });
  await checkQuotaAgain(services, asked);
  const placed: PlacedState = { ...state, ...chosen };
  return placed;
}

/** Holds the project's usage, this claim among it, to its limits. */
async function checkQuotaAgain(services: Services, asked: WireObject): Promise<void> {
  const spec = fieldsOf(asked);
  const project = textOf(spec['project_id']) ?? '';
  await checkCloudQuota(services, { project, user: textOf(spec['user_id']), spec, asked: NO_INSTANCES });
}

/**
 * Undo: the claim is withdrawn, the event ends as an error unless the host had its order by then, and the server is
 * free for the next operation.
 */
export async function undoScheduleInCell(
  services: Services,
  { state, execution, error }: StepEvent<TargetedState>,
): Promise<void> {
  const { server: uuid, cell, request } = state;
  if (error !== undefined && error.Error !== 'ComputeServiceUnavailable') {
    const { context } = await readOperation(services, request);
    await endScope(services, scope(state, context, execution, 'schedule_instances'), caughtFailure(error));
  }
  await services.placement.withdraw([uuid], execution);
  await giveDevicesBack(services, state);
  await release(services, { operation: 'unshelve', cell: { name: cell, uuid: state.cell_uuid }, uuid, execution });
}

/** The spec that came, or one made of the record, bound to the cell that the mapping names now. */
async function specToAsk(services: Services, state: TargetedState, document: StoredOperation): Promise<WireObject> {
  const { server: uuid } = state;
  const item = await services.tables.get(cellTable(state.cell), instanceKey(uuid));
  if (item === undefined) throw new InstanceNotFound({ instance_id: uuid });
  const cell = await targetCellOf(services, uuid);
  const given = document.arguments['request_spec'];
  const base = isWireObject(given)
    ? withPortNeeds(withoutForcedHosts(given))
    : specOfInstance(item, document.image ?? {}, {});
  const asked = { context: document.context, item, spec: wireOf(given) ?? null, devices: true };
  const spec = setFields(base, await needsOfInstance(services, asked));
  return specInCell(services, { spec, cell, item });
}

/** What was bound for a host that does not have the server. */
async function giveDevicesBack(
  services: Services,
  { server: uuid, cell, request, path }: TargetedState,
): Promise<void> {
  if (services.accelerators === undefined || path === 'start') return;
  const item = await services.tables.get(cellTable(cell), instanceKey(uuid));
  if (item === undefined || instanceItem(item).host !== null) return;
  const { context } = await readOperation(services, request);
  await releaseDevices(services, { context, item });
}
