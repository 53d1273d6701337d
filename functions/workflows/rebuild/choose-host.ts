import { ComputeHostNotFound } from '#errors';
import { isWireObject, setFields } from '#wire/wire';
import { imageDictFromSystemMetadata } from '#objects/image/image-meta-dict';
import { claimResourcesOnDestination } from '#placement/claim-resources';
import type { Json, WireObject } from '#ports/json';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { computeNodesOfHost } from '#records/methods/nodes';
import { cellTable, instanceKey } from '#records/keys';
import { textOf, textsOf, wireOf } from '#wire/reading';
import { noteOnOperation, readOperation, type StoredOperation } from '#operations/operation-document';
import { specOfInstance, withoutForcedHosts, withPortNeeds } from '#request-specs/scheduling-spec';
import { specInCell } from '#request-specs/spec-in-cell';
import { storedInstance } from '#servers/stored-instance';
import { releaseDevices } from '#operations/accelerator-requests';
import { beginScope } from '#operations/action-scope';
import { needsOfInstance } from '#request-specs/needs-of-instance';
import { askScheduler } from '../ask-scheduler.ts';
import type { StepEvent } from '../step.ts';
import { zoneOfHost } from '../zone-of-host.ts';
import { mustBeDead } from './must-be-dead.ts';
import { mustHaveTraits } from './must-have-traits.ts';
import { scope, type PlacedState, type TargetedState } from './state.ts';
import { instanceItem } from '#records/items/instance';
import { computeNodeItem, type ComputeNodeItem } from '#records/items/compute-node';

/**
 * Finds the host for the server: its own, one that was named, or one that the scheduler chooses; another one than its
 * own is claimed under the execution's name (nova.conductor.manager `rebuild_instance`,
 * `_allocate_for_evacuate_dest_host`).
 *
 * @throws NoValidHost, UnsupportedPolicyException, ComputeHostNotFound, ComputeServiceInUse, ComputeServiceUndecided,
 * ComputeServiceUnread, MessagingTimeout, InstanceActionNotFound
 */
export async function chooseHost(
  services: Services,
  { state, execution }: StepEvent<TargetedState>,
): Promise<PlacedState> {
  const { server: uuid, request } = state;
  const document = await readOperation(services, request);
  await beginScope(services, scope(state, document.context, execution));
  const item = await storedInstance(services, state.cell, uuid);
  const named = textOf(document.arguments['host']) ?? state.source_host;
  if (state.path === 'same') return given(services, state, named);
  if (document.arguments['recreate'] === true) await mustBeDead(services, state.cell, state.source_host);
  if (state.path === 'forced') {
    await claimForced(services, state, execution, item, named, document);
    return given(services, state, named);
  }
  const { context } = document;
  await mustHaveTraits(services, uuid, document);
  const asked = await specToAsk(services, state, document, item);
  const moves = document.arguments['recreate'] === true;
  const { spec, ...chosen } = await askScheduler(services, { context, spec: asked, uuid, execution, moves });
  await noteOnOperation(services, request, { spec });
  const placed: PlacedState = { ...state, ...chosen };
  return placed;
}

/**
 * Undo: what was claimed under the execution's name is withdrawn, unless the server lies there by now and its host has
 * only not said so.
 */
export async function undoChooseHost(
  services: Services,
  { state, execution }: StepEvent<TargetedState & Partial<PlacedState>>,
): Promise<void> {
  const { server: uuid, cell } = state;
  const item = await services.tables.get(cellTable(cell), instanceKey(uuid));
  const live = item !== undefined && !instanceItem(item).deleted;
  const arrived = live && instanceItem(item).host === state.host;
  if (arrived) return;
  await services.placement.withdraw([uuid], execution);
  if (services.accelerators === undefined || !live || state.host === undefined || state.host === state.source_host)
    return;
  const { context } = await readOperation(services, state.request);
  await releaseDevices(services, { context, item });
}

/** A host that was given comes without node and limits (quirk Q22 is kept). */
async function given(services: Services, state: TargetedState, host: string): Promise<PlacedState> {
  return { ...state, host, node: null, limits: null, zone: await zoneOfHost(services, host) };
}

/** Claims on the named host what the server holds on its own. */
async function claimForced(
  services: Services,
  state: TargetedState,
  execution: string,
  item: Item,
  host: string,
  { context }: StoredOperation,
): Promise<void> {
  const records = { ...services, context, cell: { name: state.cell, uuid: state.cell_uuid } };
  const nodeUuid = async (of: string, fits: (node: ComputeNodeItem) => boolean): Promise<string> => {
    const uuid = (await computeNodesOfHost(records, of)).map(computeNodeItem).find(fits)?.uuid ?? null;
    if (uuid !== null) return uuid;
    services.log.warn('no compute node', { instance: state.server, host: of });
    throw new ComputeHostNotFound({ host: of });
  };
  const sourceNodeUuid = await nodeUuid(
    state.source_host,
    ({ hypervisor_hostname: name }) => name === state.source_node,
  );
  const claimed = await claimResourcesOnDestination(services.placement, {
    instance: {
      uuid: state.server,
      projectId: instanceItem(item).project_id ?? '',
      userId: instanceItem(item).user_id ?? '',
    },
    sourceNodeUuid,
    destination: { nodeUuid: await nodeUuid(host, () => true), host },
    operation: execution,
  });
  if (!claimed) services.log.warn('the server holds nothing on its source', { instance: state.server, host });
}

/**
 * The spec to ask with: an evacuation avoids the source and forces nothing; a rebuild with a new image leaves the spec
 * alone, which forces its host. Either stays in the server's cell: a host of another one could never take it.
 */
async function specToAsk(
  services: Services,
  state: TargetedState,
  document: StoredOperation,
  item: Item,
): Promise<WireObject> {
  const { request_spec, recreate } = document.arguments;
  const base = baseSpec(request_spec, recreate === true, state, item);
  const asked = { context: document.context, item, spec: wireOf(request_spec) ?? null, devices: true };
  const spec = recreate === true ? setFields(base, await needsOfInstance(services, asked)) : base;
  return specInCell(services, { spec, cell: { name: state.cell, uuid: state.cell_uuid }, item });
}

function baseSpec(sent: Json | undefined, recreate: boolean, state: TargetedState, item: Item): WireObject {
  if (!isWireObject(sent)) {
    const image = imageDictFromSystemMetadata(instanceItem(item).system_metadata);
    return specOfInstance(item, image, { ignore_hosts: [state.source_host] });
  }
  if (!recreate) return sent;
  const ignore_hosts = [...textsOf(sent['nova_object.data']['ignore_hosts']), state.source_host];
  return withPortNeeds(withoutForcedHosts(setFields(sent, { ignore_hosts })));
}
