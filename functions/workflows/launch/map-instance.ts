import {
  BuildRequestNotFound,
  HostMappingNotFound,
  InstanceNotFound,
  NoValidHost,
  RequestDocumentNotFound,
} from '#errors';
import { isoSeconds } from '#conductor/time';
import { exists } from '#ports/conditions';
import type { Services } from '#ports/services';
import { TransactionConflict, TransactionRefused, type Action, type AttributesOf } from '#ports/tables';
import { existingInstances, type ExistingInstance } from '#operations/existing-instances';
import { AWAITS_BUILD } from '#servers/existing-instance';
import { cellOfHost } from '#records/hosts/host-cell';
import { BUILD_REQUESTS, buildRequestKey, cellTable, instanceKey, instanceMappingKey, MAPPINGS } from '#records/keys';
import { mapExisting } from '#servers/map-to-cell';
import { involved, operationNames, operationState } from '#records/operation';
import { quotaHold } from '#records/instance-quota';
import { fieldsOf } from '#wire/reading';
import type { StepEvent } from '../step.ts';
import { launchRequest } from './requested.ts';
import { placeOf, type LaunchState, type PlacedState } from './state.ts';
import { instanceItem, type StoredInstance } from '#records/items/instance';

const LAUNCH = operationNames('launch');

/**
 * Takes over a server that its API has recorded, for the host that was chosen (nova.conductor.manager
 * `build_instances`, `_populate_instance_mapping`): zone, owner, mapping and the end of the build request in one
 * transaction. A server without a mapping gets none; one whose host is mapped nowhere loses its own. Its block devices
 * and its action are there already.
 *
 * @throws BuildRequestNotFound when the user deleted the server
 * @throws InstanceNotFound when the record has vanished, or is another execution's by now
 * @throws TransactionConflict when the mapping changed meanwhile: the step may be repeated
 * @throws NoValidHost when the chosen host lies in another cell than the record
 */
export async function mapInstance(
  services: Services,
  { state, execution }: StepEvent<LaunchState>,
): Promise<PlacedState> {
  const { server: uuid, request } = state;
  const mappingKey = { table: MAPPINGS, key: instanceMappingKey(uuid) };
  const [[found], { requested, reservation, others }] = await Promise.all([
    existingInstances(services, [uuid]),
    launchRequest(services, state, [mappingKey]),
  ]);
  const [selection] = requested.selections ?? [];
  if (selection === undefined) throw new RequestDocumentNotFound(request);
  if (found === undefined) throw new InstanceNotFound({ instance_id: uuid });
  const placed: PlacedState = { ...state, ...placeOf(services, selection), cell: found.cell.name };
  const { host } = placed;

  const now = isoSeconds(services.clock.now());
  const set = {
    availability_zone: fieldsOf(selection)['availability_zone'] ?? services.config.defaultAvailabilityZone,
    updated_at: now,
    [LAUNCH.owner]: execution,
    [LAUNCH.request]: request,
    ...involved(host),
    ...quotaHold(reservation),
  } satisfies AttributesOf<StoredInstance>;
  const table = cellTable(found.cell.name);
  try {
    await services.tables.transact([
      { kind: 'delete', table: BUILD_REQUESTS, key: buildRequestKey(uuid), condition: exists },
      { kind: 'update', table, key: instanceKey(uuid), update: { set }, condition: AWAITS_BUILD },
      ...(others[0] === undefined ? [] : [await mapping(services, found, host, now)]),
    ]);
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    refused(uuid, execution, error);
  }
  return placed;
}

async function mapping(
  services: Pick<Services, 'clock' | 'log' | 'tables'>,
  { uuid, cell, item }: ExistingInstance,
  host: string,
  now: string,
): Promise<Action> {
  try {
    const hosts = await cellOfHost(services, host);
    if (hosts.name !== cell.name)
      throw new NoValidHost({ reason: `Host ${host} is in ${hosts.name}, instance ${uuid} in ${cell.name}.` });
    return mapExisting(uuid, cell, instanceItem(item).project_id, now);
  } catch (error) {
    if (!(error instanceof HostMappingNotFound)) throw error;
    services.log.error('the host is mapped to no cell: its server is unmapped', { instance: uuid, host });
    return { kind: 'delete', table: MAPPINGS, key: instanceMappingKey(uuid) };
  }
}

/** A repeat finds the record its own. The user deleted the server only when the build request alone is missing. */
function refused(uuid: string, execution: string, error: TransactionRefused): void {
  const [, instance, mapped] = error.refusals;
  if (instance?.item !== undefined && operationState(instance.item, 'launch').owner === execution) return;
  if (instance !== undefined) throw new InstanceNotFound({ instance_id: uuid }, { cause: error });
  if (mapped !== undefined) throw new TransactionConflict('the mapping has changed meanwhile', { cause: error });
  throw new BuildRequestNotFound({ uuid }, { cause: error });
}
