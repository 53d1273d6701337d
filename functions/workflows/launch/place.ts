import { InstanceExists } from '#errors';
import { writeTogether } from '#operations/write-together';
import { noteSelections } from '#operations/request-document';
import type { Services } from '#ports/services';
import { cellOfHost } from '#records/hosts/host-cell';
import { instanceMappingItem } from '#records/items/mapping';
import { instanceMappingKey, MAPPINGS } from '#records/keys';
import { groupedSpec } from '#request-specs/group-hosts';
import { askForNew, checkDevices, groupSetUp } from '../ask-for-new.ts';
import type { StepEvent } from '../step.ts';
import { launchRequest } from './requested.ts';
import { placeOf, type LaunchState, type PlacedState } from './state.ts';

/** Bytes of Selections that a state carries; more of them are noted with the request. A state takes 256 KB. */
const MOST_IN_STATE = 32_768;

/**
 * Asks the scheduler for the one server of a request (nova.scheduler.utils `setup_instance_group`,
 * nova.scheduler.rpcapi `select_destinations`, nova.conductor.manager `_schedule_instances`). What it chose travels in
 * the state; what does not belong there, or is too long, is noted with the request. Needs no undo of its own: Fail
 * build and Bury in cell0 withdraw the claim.
 *
 * @throws InstanceExists for a server that is recorded already, or that another request is about to build: it is left
 *   as it is
 * @throws NoValidHost, UnsupportedPolicyException, MessagingTimeout, InvalidBDM
 * @throws HostMappingNotFound when the chosen host is mapped to no cell
 */
export async function placeInstance(services: Services, { state }: StepEvent<LaunchState>): Promise<PlacedState> {
  const { server: uuid, request } = state;
  const mappingKey = { table: MAPPINGS, key: instanceMappingKey(uuid) };
  const { common, requested, others } = await launchRequest(services, state, [mappingKey]);
  checkDevices(common.block_device_mapping);
  const spec = await groupedSpec(services, requested.document.request_spec);
  const asked = { request, context: common.context, spec, uuids: [uuid] };
  const isMapped = instanceMappingItem(others[0] ?? {}).cell !== null;
  const [list = []] = isMapped ? [] : await askForNew(services, asked);
  const [selection] = list;
  if (selection === undefined) {
    // An earlier run may have claimed for it.
    await services.placement.withdraw([uuid], request);
    throw new InstanceExists({ name: uuid });
  }

  const group = groupSetUp(requested, spec);
  const noted = group !== undefined || Buffer.byteLength(JSON.stringify(list)) > MOST_IN_STATE;
  if (noted) await writeTogether(services.tables, [noteSelections(request, uuid, list, group)]);
  const place = placeOf(services, selection);
  const { name: cell, uuid: cell_uuid } = await cellOfHost(services, place.host);
  return { ...state, ...place, cell, cell_uuid, ...(noted ? {} : { selections: list }) };
}
