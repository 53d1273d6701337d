import { InvalidBDM, RequestDocumentNotFound } from '#errors';
import type { Json } from '#ports/json';
import { groupedSpec, groupOf } from '#records/group-hosts';
import { instanceMappingKey, MAPPINGS } from '#records/keys';
import { MOST_DEVICES, templateDevices } from '#records/new-devices';
import { noteSelections, readRequest } from '#records/request-document';
import type { Step } from '../step.ts';
import type { BuildState } from './state.ts';

/** Selections are noted this many servers at a time: a transaction takes items of 4 MB together. */
const NOTED_AT_ONCE = 10;

/**
 * Asks the scheduler for all servers with the first spec, and notes the answer on the request's items
 * (conductor.md sections 8.6, 8.7, 14.1). A server that exists already, or that another request is about to build, is
 * left as it is and leaves the request.
 *
 * @throws InvalidBDM, NoValidHost, UnsupportedPolicyException, MessagingTimeout, which bury the request
 */
export const selectDestinations: Step<BuildState> = async (services, { state }) => {
  const { request } = state;
  const { common, servers, others } = await readRequest(
    services,
    request,
    state.uuids.slice(0, 1),
    state.uuids.map((uuid) => ({ table: MAPPINGS, key: instanceMappingKey(uuid) })),
  );
  const [first] = servers;
  if (common === undefined || first === undefined) throw new RequestDocumentNotFound(request);
  checkDevices(common.block_device_mapping);
  const uuids = state.uuids.filter((_, at) => (others[at]?.['cell'] ?? null) === null);
  const spec = await groupedSpec(services, first.document.request_spec);
  const lists =
    uuids.length === 0
      ? []
      : await services.scheduler.selectDestinations({
          context: common.context,
          spec,
          instanceUuids: uuids,
          alternates: true,
          operation: request,
          fresh: true,
        });

  const placed = uuids.flatMap((uuid, at) => {
    const list = lists[at] ?? [];
    return list.length > 0 ? [{ uuid, list }] : [];
  });
  const group = spec === first.document.request_spec ? undefined : groupOf(spec);
  for (let from = 0; from < placed.length; from += NOTED_AT_ONCE)
    await services.tables.transact(
      placed
        .slice(from, from + NOTED_AT_ONCE)
        .map(({ uuid, list }) => noteSelections(request, uuid, list, uuid === first.uuid ? group : undefined)),
    );
  if (placed.length < state.uuids.length)
    services.log.warn('servers that exist are not built again', { servers: state.uuids.length - placed.length });
  return { ...state, uuids: placed.map(({ uuid }) => uuid) };
};

function checkDevices(template: Json): void {
  const { length } = templateDevices(template);
  if (length > MOST_DEVICES)
    throw new InvalidBDM({ reason: `${length} devices are more than the ${MOST_DEVICES} that a server may have.` });
}

/** Undo: what the request has claimed is given back; claims that were never made are not there to be. */
export const undoSelectDestinations: Step<BuildState> = async (services, { state }) => {
  await services.placement.withdraw(state.uuids, state.request);
};
