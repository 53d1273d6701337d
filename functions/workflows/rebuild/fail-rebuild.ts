import { faultOf } from '#conductor/fault';
import { rebuildFailure } from '#conductor/rebuild';
import { taskSettled } from '#conductor/settled';
import { isWireObject } from '#wire/wire';
import { InstanceNotFound } from '#errors';
import type { JsonMap } from '#ports/json';
import { equals } from '#ports/conditions';
import type { Services } from '#ports/services';
import type { Attributes, Item } from '#ports/tables';
import { failScope } from '#operations/action-scope';
import { endMigrations } from '#operations/end-migration';
import { failEvacuations } from '#operations/evacuations';
import { recordFault } from '#records/methods/instance-fault';
import { cellTable, instanceKey } from '#records/keys';
import { HOSTS, hostsAttribute, hostsOf, operationNames, operationState } from '#records/operation';
import { givenUp } from '#records/items/given-up';
import { textOf } from '#wire/reading';
import { readOperation } from '#operations/operation-document';
import { operationFacts, settledAs } from '#operations/settle';
import { setVmStateAndNotify } from '#servers/set-vm-state';
import { failureOf, type Ending, type StepEvent } from '../step.ts';
import { scope, type TargetedState } from './state.ts';
import { notEvacuated } from './not-evacuated.ts';
import { instanceItem } from '#records/items/instance';

/** The tasks that a rebuild goes through; any other is somebody else's. */
const OURS = ['rebuilding', 'rebuild_block_device_mapping', 'rebuild_spawning'];

/**
 * Ends a rebuild that cannot go on (nova.conductor.manager `rebuild_instance`): the migration is in error (quirk Q20 is
 * mended), the server in the state that the failure calls for, with its faults, and only the host that has it may write
 * it. A host that has settled the server just now is not given up, nor is one that lacked no more than the last write
 * of an evacuation.
 */
export async function failRebuild(services: Services, event: StepEvent<TargetedState>): Promise<Ending> {
  const { state, execution, error } = event;
  const { server: uuid, cell } = state;
  const evacuates = state.migration !== null || state.path === 'forced';
  const failed = rebuildFailure(error?.Error ?? 'Error', state.path, evacuates);
  const item = await services.tables.get(cellTable(cell), instanceKey(uuid));
  const owned = item !== undefined && operationState(item, 'rebuild').owner === execution;
  if (failed.kind === 'untouched' || !owned || instanceItem(item).deleted) {
    await endEvacuation(services, event, item);
    return { outcome: failed.kind === 'untouched' ? 'untouched' : 'failed' };
  }
  const { attempt } = operationState(item, 'rebuild');
  if (attempt > 0 && settledAs(item, 'rebuild') !== undefined) return { outcome: 'settled' };
  if (attempt > 0 && state.migration !== null && hasArrived(item, state)) {
    await endMigrations(await recordsOf(services, state), uuid, 'done', (each) => each.uuid === state.migration);
    return { outcome: 'settled' };
  }
  const host = instanceItem(item).host ?? state.source_host;
  const vm_state = failed.vm_state ?? state.vm_state;
  const taken = failed.takesImageBack ? await imageBefore(services, state) : {};
  const lost = error?.Error === 'ComputeServiceUnavailable' ? hostsOf(item).filter((each) => each !== host) : [];
  const of = { operation: 'rebuild', request: state.request_id, at: services.clock.now() } as const;
  const marked = givenUp(of, ...lost);
  // No order counts from here on: a repeat of this step is not to take its own write for what a host has settled.
  const given = { [operationNames('rebuild').attempt]: 0, [HOSTS]: hostsAttribute(host) };
  await publishFailure(services, event, vm_state, failed.faults, { ...taken, ...marked, ...given });
  await endEvacuation(services, event, item);
  return { outcome: 'failed' };
}

/** Whether the destination of an evacuation had recorded all but its end when it stopped: its next start goes by that. */
function hasArrived(item: Item, { source_host }: TargetedState): boolean {
  const [destination = source_host] = hostsOf(item);
  const facts = operationFacts(item, 'rebuild');
  const isThere = facts.host === null || facts.host === destination;
  return destination !== source_host && taskSettled(facts) === 'done' && isThere;
}

async function recordsOf(services: Services, { request, cell: name, cell_uuid }: TargetedState) {
  const { context } = await readOperation(services, request);
  return { ...services, context: { ...context, read_deleted: 'yes' as const }, cell: { name, uuid: cell_uuid } };
}

/**
 * After the fence: until then the destination may end the migration. What another execution has taken up is its own.
 */
async function endEvacuation(
  services: Services,
  { state, execution }: StepEvent<TargetedState>,
  item: Item | undefined,
): Promise<void> {
  const [document, records] = [await readOperation(services, state.request), await recordsOf(services, state)];
  const { owner, migration } = item === undefined ? { owner: null, migration: null } : operationState(item, 'rebuild');
  const kept = owner === execution ? null : migration;
  await failEvacuations(records, state.server, { ...notEvacuated(document, state), kept });
  await endMigrations(records, state.server, 'error', ({ uuid }) => uuid === state.migration && uuid !== kept);
}

/** A new image that never got onto the server is taken back. */
async function imageBefore(services: Services, { request }: TargetedState): Promise<JsonMap> {
  const { orig_image_ref, image_ref } = (await readOperation(services, request)).arguments;
  const before = textOf(orig_image_ref);
  return before === undefined || before === image_ref ? {} : { image_ref: before };
}

async function publishFailure(
  services: Services,
  { state, execution, error }: StepEvent<TargetedState>,
  vm_state: string,
  faults: 1 | 2,
  bookkeeping: Attributes,
): Promise<void> {
  const { server: uuid } = state;
  const { context, arguments: args } = await readOperation(services, state.request);
  const cell = { name: state.cell, uuid: state.cell_uuid };
  const failure = failureOf(error);
  const records = { ...services, context, cell, writer: `rebuild-again-${execution}` };
  const spec = args['request_spec'];
  if (failure.name !== 'ComputeServiceUnavailable')
    await failScope(services, scope(state, context, execution), failure);
  try {
    await setVmStateAndNotify(services, {
      cell,
      uuid,
      method: 'rebuild_server',
      vm_state,
      task_state: null,
      failure,
      context,
      requestSpec: isWireObject(spec) ? spec : {},
      execution,
      bookkeeping,
      condition: equals(operationNames('rebuild').owner, execution),
      whileTask: state.path === 'same' ? OURS : [...OURS, null],
    });
    if (faults === 2)
      await recordFault(records, { instance_uuid: uuid, host: services.config.host, ...faultOf(failure) });
  } catch (refused) {
    if (!(refused instanceof InstanceNotFound)) throw refused;
  }
}
