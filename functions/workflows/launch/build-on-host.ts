import { all, equals, not } from '#ports/conditions';
import { lowerMessage } from '#conductor/compute-rpc';
import type { Services } from '#ports/services';
import type { AttributesOf, Item, Key } from '#ports/tables';
import { blockDeviceKey, cellTable, tagsKey } from '#records/keys';
import { castInstance } from '#servers/cast-instance';
import { computeCap } from '#servers/compute-cap';
import { hostedSpec } from '#request-specs/group-hosts';
import { BEING_DELETED, operationNames } from '#records/operation';
import { unexpectedTask } from '#servers/instance-change';
import { registerToken, type Wait } from '#operations/register-token';
import type { CommonDocument } from '#operations/request-document';
import type { StepEvent } from '../step.ts';
import { providerMapping } from '#conductor/port-bindings';
import { buildArguments, selectionsOf } from './build-message.ts';
import { renewAttachments } from './renew-attachments.ts';
import { recordForOrder, type Ordered } from './record-for-order.ts';
import { launchRequest } from './requested.ts';
import { buildWait, type PlacedState } from './state.ts';
import type { StoredInstance } from '#records/items/instance';

const LAUNCH = operationNames('launch');

/**
 * Orders the build and waits (nova.conductor.manager `build_instances`, `schedule_and_build_instances`). The token is
 * registered before the order is sent, so an answer that is quicker than we are finds it. Needs no undo: the next
 * attempt, or Fail build, takes the server away.
 *
 * @throws UnexpectedDeletingTaskStateError for a server that its user deletes meanwhile
 * @throws BuildRequestNotFound, TooManyInstances, ProjectOverLimit for one that is recorded with its order
 * @throws AcceleratorRequestOpFailed, AcceleratorRequestBindingFailed, KeyError when its devices cannot be bound
 * @throws CinderConnectionFailed, VolumeNotFound, InvalidInput when its volumes cannot be kept for it
 */
export async function buildOnHost(
  services: Services,
  { state, execution, token }: StepEvent<PlacedState>,
): Promise<void> {
  if (token === undefined) throw new Error('Build on host runs with a task token');
  if (state.entry === 'place' && state.attempt === 1) {
    const recorded = await recordForOrder(services, state, execution, token);
    if (recorded !== undefined) return order(services, state, recorded);
  }
  const orderedAt = services.clock.now();
  const wait = { ...buildWait(state, execution, token), ...beginning(state), orderedAt };
  const registered = await registerToken(services, wait);
  if (registered.kind === 'refused') throw unexpectedTask(state.server, ['scheduling'], registered.item);
  if (registered.kind === 'waiting') await order(services, state, await read(services, state, registered.item));
}

/** A first attempt finds the record as the commit left it; a later one starts it anew on another host, once. */
function beginning({ attempt, availability_zone }: PlacedState): Pick<Wait, 'begins'> {
  if (attempt === 1) return {};
  const set: AttributesOf<StoredInstance> = { availability_zone: availability_zone ?? null, task_state: 'scheduling' };
  const condition = all(not(equals(LAUNCH.attempt, attempt)), not(BEING_DELETED));
  return { begins: { set: { ...set, [LAUNCH.reschedule]: null }, condition } };
}

const besideKeys = ({ server: instance, cell, devices }: PlacedState): { table: string; key: Key }[] =>
  devices === undefined
    ? []
    : [tagsKey(instance), ...devices.map((device) => blockDeviceKey(instance, device))].map((key) => ({
        table: cellTable(cell),
        key,
      }));

/** Reads what an order is made of. */
async function read(services: Services, state: PlacedState, item: Item): Promise<Ordered> {
  // What the commit has just made is read by its keys, with the documents; later on a compute may have added to it.
  const known = besideKeys(state);
  const [{ common, requested, others }, { items }] = await Promise.all([
    launchRequest(services, state, known),
    known.length > 0
      ? { items: [] }
      : services.tables.query(cellTable(state.cell), { partition: item.pk, consistent: true }),
  ]);
  return { common, requested, item, parts: [...others.filter((part) => part !== undefined), ...items] };
}

async function order(services: Services, state: PlacedState, ordered: Ordered): Promise<void> {
  const { cell, host, server: uuid, attempt } = state;
  const { common, requested, item } = ordered;
  const first = attempt === 1 && state.entry !== 'reschedule';
  const parts = first ? ordered.parts : await renewed(services, state, common, ordered.parts);
  const { instance, devices } = castInstance(item, parts, attempt === 1 && state.entry !== 'existing');
  const { maxAttempts } = services.config;
  const [spec, cap] = await Promise.all([
    hostedSpec(services, requested.document.request_spec),
    computeCap(services, { name: cell, uuid: '' }, common.context, 'build_and_run_instance'),
  ]);
  const hosted = { ...requested, document: { ...requested.document, request_spec: spec } };
  const { bindDevices } = await import('#operations/accelerator-requests');
  const { accelUuids, requestedNetworks } = await bindDevices(services, {
    context: common.context,
    cell,
    item,
    node: state.node,
    mapping: providerMapping(selectionsOf(hosted)[state.chosen]),
    requestedNetworks: common.requested_networks,
  });
  const networked = { ...common, requested_networks: requestedNetworks };
  const made = { state, common: networked, requested: hosted, instance, devices, maxAttempts, accelUuids };
  const args = buildArguments(made);
  await services.compute.cast({
    cell,
    host,
    method: 'build_and_run_instance',
    ...lowerMessage('build_and_run_instance', args, cap),
    context: common.context,
    uniqueId: `build-${uuid}-${attempt}`,
  });
  services.log.info('build ordered', { instance: uuid, cell, host, attempt });
}

/** The parts of a server whose volumes are kept for its next host. */
async function renewed(
  services: Services,
  { cell, server: uuid }: PlacedState,
  { context }: CommonDocument,
  beside: readonly Item[],
): Promise<Item[]> {
  const devices = beside.filter(({ sk }) => sk.startsWith('block-device#'));
  const kept = await renewAttachments(services, { cell, uuid, context }, devices);
  return [...beside.filter((part) => !devices.includes(part)), ...kept];
}
