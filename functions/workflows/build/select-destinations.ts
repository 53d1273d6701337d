import { writeTogether } from '#operations/write-together';
import { RequestDocumentNotFound } from '#errors';
import type { WireObject } from '#ports/json';
import type { Services } from '#ports/services';
import { existingInstances } from '#operations/existing-instances';
import { awaitsBuild, isOwned } from '#servers/existing-instance';
import { groupedSpec } from '#request-specs/group-hosts';
import { instanceMappingKey, MAPPINGS } from '#records/keys';
import type { Cell } from '#records/method';
import { noteSelections, readRequest } from '#operations/request-document';
import { withinCell } from '#request-specs/scheduling-spec';
import { cellMappingOf } from '#records/target-cell';
import { askForNew, checkDevices, groupSetUp } from '../ask-for-new.ts';
import type { StepEvent } from '../step.ts';
import type { BuildState } from './state.ts';
import { instanceMappingItem } from '#records/items/mapping';

/** Selections are noted this many servers at a time: a transaction takes items of 4 MB together. */
const NOTED_AT_ONCE = 10;

/**
 * Asks the scheduler for all servers with the first spec, and notes the answer on the request's items
 * (nova.scheduler.utils `setup_instance_group`, nova.scheduler.rpcapi `select_destinations`, nova.conductor.manager
 * `build_instances`, `_schedule_instances`). A server that exists already, or that another request is about to build,
 * is left as it is and leaves the request.
 *
 * @throws InvalidBDM, NoValidHost, UnsupportedPolicyException, MessagingTimeout, which bury the request
 */
export async function selectDestinations(services: Services, { state }: StepEvent<BuildState>): Promise<BuildState> {
  const { request } = state;
  const { common, instances, others } = await readRequest(
    services,
    request,
    state.uuids.slice(0, 1),
    state.uuids.map((uuid) => ({ table: MAPPINGS, key: instanceMappingKey(uuid) })),
  );
  const [first] = instances;
  if (common === undefined || first === undefined) throw new RequestDocumentNotFound(request);
  checkDevices(common.block_device_mapping);
  const spec = await groupedSpec(services, first.document.request_spec);
  const unmapped = state.uuids.filter((_, at) => instanceMappingItem(others[at] ?? {}).cell === null);
  const places = state.entry === 'existing' ? await recordedPlaces(services, state) : [{ uuids: unmapped }];
  const lists = new Map<string, WireObject[]>();
  for (const { uuids, cell } of places) {
    if (uuids.length === 0) continue;
    const within = cell === undefined ? spec : withinCell(spec, await cellMappingOf(services, cell.uuid));
    const answer = await askForNew(services, { request, context: common.context, spec: within, uuids });
    for (const [at, uuid] of uuids.entries()) lists.set(uuid, answer[at] ?? []);
  }

  const placed = state.uuids.flatMap((uuid) => {
    const list = lists.get(uuid) ?? [];
    return list.length > 0 ? [{ uuid, list }] : [];
  });
  // Nova sets the group up on a copy of what build_instances brought along, so those servers do not have it.
  const group = state.entry === 'existing' ? undefined : groupSetUp(first, spec);
  for (let from = 0; from < placed.length; from += NOTED_AT_ONCE)
    await writeTogether(
      services.tables,
      placed
        .slice(from, from + NOTED_AT_ONCE)
        .map(({ uuid, list }) => noteSelections(request, uuid, list, uuid === first.uuid ? group : undefined)),
    );
  if (placed.length < state.uuids.length)
    services.log.warn('servers that exist, or that are gone, are not built', {
      servers: state.uuids.length - placed.length,
    });
  return { ...state, uuids: placed.map(({ uuid }) => uuid) };
}

/** Servers to be placed together: all, or those that lie in one cell, which they do not leave. */
interface Place {
  readonly uuids: readonly string[];
  readonly cell?: Cell;
}

/**
 * The servers that wait for their first build, by the cell of their records: one cell, unless an API has several. One
 * that has vanished gives back what an earlier run of this step has claimed for it.
 */
async function recordedPlaces(
  services: Pick<Services, 'placement' | 'tables'>,
  { request, uuids }: BuildState,
): Promise<Place[]> {
  const found = await existingInstances(services, uuids);
  const kept = new Set(found.filter(({ item }) => awaitsBuild(item) || isOwned(item)).map(({ uuid }) => uuid));
  const vanished = uuids.filter((uuid) => !kept.has(uuid));
  if (vanished.length > 0) await services.placement.withdraw(vanished, request);
  const waiting = found.filter(({ item }) => awaitsBuild(item));
  const byCell = Map.groupBy(waiting, ({ cell }) => cell.uuid);
  return [...byCell.values()].flatMap((instances) =>
    instances[0] === undefined ? [] : [{ uuids: instances.map(({ uuid }) => uuid), cell: instances[0].cell }],
  );
}

/** Undo: what the request has claimed is given back; claims that were never made are not there to be. */
export async function undoSelectDestinations(services: Services, { state }: StepEvent<BuildState>): Promise<void> {
  await services.placement.withdraw(state.uuids, state.request);
}
