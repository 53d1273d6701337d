import { BuildRequestNotFound, InstanceExists, RequestDocumentNotFound } from '#errors';
import { isoSeconds } from '#conductor/time';
import { absent, exists } from '#ports/conditions';
import type { JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import { TransactionRefused, type Action, type Item } from '#ports/tables';
import { newActionItem } from '#records/methods/instance-action';
import { cellOfHost } from '#records/hosts/host-cell';
import { mapToCell } from '#servers/map-to-cell';
import { BUILD_REQUESTS, buildRequestKey, cellTable } from '#records/keys';
import type { Cell } from '#records/method';
import { newInstanceItem } from '#records/new-instance';
import { newInstanceParts } from '#servers/new-instance-parts';
import { involved, operationNames, operationState } from '#records/operation';
import { fieldsOf, textOf } from '#wire/reading';
import { readRequest, type CommonDocument, type RequestedInstance } from '#operations/request-document';
import { quotaHold } from '#records/instance-quota';
import { notifyNewInstance } from '#records/state-update';
import { requestedInstance } from '#servers/requested-instance';
import type { StepEvent } from '../step.ts';
import type { LaunchState, PlacedState } from './state.ts';
import { instanceItem } from '#records/items/instance';
import { blockDeviceItem } from '#records/items/block-device';

const LAUNCH = operationNames('launch');

/**
 * Makes a server of its build request in one transaction (conductor.md 14.2, 14.4, 14.5): either all of it exists after
 * this step, or nothing does and the build request is what it was. Needs no undo: what it leaves is a server, and a
 * server that cannot be built ends by Fail build.
 *
 * @throws BuildRequestNotFound when the user deleted the server
 * @throws HostMappingNotFound when the chosen host is mapped to no cell
 * @throws InstanceExists when the uuid is another server's
 */
export async function commitToCell(
  services: Services,
  { state, execution }: StepEvent<LaunchState>,
): Promise<PlacedState> {
  const { server: uuid, request } = state;
  const { common, instances, reservation } = await readRequest(services, request, [uuid]);
  const [requested] = instances;
  const selection = requested?.selections?.[0]?.['nova_object.data'];
  if (common === undefined || requested === undefined || selection === undefined)
    throw new RequestDocumentNotFound(request);
  const host = textOf(selection['service_host']) ?? '';
  const cell = await cellOfHost(services, host);
  const placed: PlacedState = {
    ...state,
    cell: cell.name,
    host,
    node: textOf(selection['nodename']) ?? '',
    chosen: 0,
    wait_seconds: services.config.waitSeconds,
  };

  const zone = selection['availability_zone'] ?? services.config.defaultAvailabilityZone;
  const instance = await newInstance(services, cell.name, requested, zone);
  const bookkeeping = {
    [LAUNCH.owner]: execution,
    [LAUNCH.request]: request,
    ...involved(host),
    ...quotaHold(reservation),
  };
  const item = { ...instance, ...bookkeeping };
  const actions = await commit(services, cell, common, requested, item);
  placed.devices = actions.flatMap((action) =>
    action.kind === 'put' && action.item.sk.startsWith('block-device#')
      ? [blockDeviceItem(action.item).uuid ?? '']
      : [],
  );
  try {
    await services.tables.transact(actions);
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    refused(uuid, execution, error);
    delete placed.devices;
  }
  await notifyNewInstance(services, item, common.context);
  return placed;
}

async function newInstance(
  services: Services,
  cell: string,
  requested: RequestedInstance,
  zone: JsonMap[string],
): Promise<Item> {
  const instance = requestedInstance(requested);
  instance.assign('availability_zone', zone);
  return newInstanceItem(services, cell, instance);
}

/** The build request and the server come first: their refusals show what happened. */
async function commit(
  services: Services,
  cell: Cell,
  common: CommonDocument,
  requested: RequestedInstance,
  instance: Item,
): Promise<Action[]> {
  const table = cellTable(cell.name);
  const now = isoSeconds(services.clock.now());
  const flavor = fieldsOf(instanceItem(instance).flavor);
  return [
    { kind: 'delete', table: BUILD_REQUESTS, key: buildRequestKey(requested.uuid), condition: exists },
    { kind: 'put', table, item: instance, condition: absent },
    mapToCell(requested.uuid, cell, common.context.project_id, now),
    ...(await newInstanceParts(services, table, requested.uuid, flavor, common)),
    {
      kind: 'put',
      table,
      item: await newActionItem({ ...services, context: common.context, cell }, requested.uuid, 'create'),
    },
  ];
}

/**
 * A repeat finds its own server. The user deleted it only when the build request alone is missing: a server that was
 * deleted later leaves a row.
 */
function refused(uuid: string, execution: string, error: TransactionRefused): void {
  const [buildRequest, instance, mapping] = error.refusals;
  if (instance?.item !== undefined && operationState(instance.item, 'launch').owner === execution) return;
  if (instance?.item !== undefined || mapping !== undefined) throw new InstanceExists({ name: uuid }, { cause: error });
  if (buildRequest !== undefined) throw new BuildRequestNotFound({ uuid }, { cause: error });
  throw error;
}
