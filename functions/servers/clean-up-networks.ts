import { ServiceUnusable } from '#errors';
import { all, equals, exists } from '#ports/conditions';
import type { Json, WireObject } from '#ports/json';
import type { Services } from '#ports/services';
import { ConditionFailed, type Item } from '#ports/tables';
import { cellTable, instanceKey } from '#records/keys';
import { fieldsOf, objectsOf } from '#wire/reading';
import type { CommonDocument } from '#operations/request-document';
import { instanceItem, type InstanceItem } from '#records/items/instance';

/**
 * Gives back the networks of a server that will not run (nova.conductor.manager `_cleanup_allocated_networks`) and
 * notes it in its system metadata. What the network service refuses is logged and ends the clean-up, nothing more.
 *
 * @throws ServiceUnusable, after which it may be done again
 */
export async function cleanUpNetworks(
  services: Pick<Services, 'network' | 'tables' | 'log'>,
  cell: string,
  item: Item,
  { context, requested_networks }: Pick<CommonDocument, 'context' | 'requested_networks'>,
): Promise<void> {
  const uuid = instanceItem(item).uuid;
  try {
    if (!noneRequested(requested_networks))
      await services.network.deallocateForInstance(context, identity(item), requested_networks);
  } catch (error) {
    if (error instanceof ServiceUnusable) throw error;
    services.log.error('networks could not be deallocated', { instance: uuid, cell }, error);
    return;
  }
  const system_metadata = { ...instanceItem(item).system_metadata, network_allocated: 'False' };
  try {
    const condition = all(exists, equals<InstanceItem>('deleted', false));
    await services.tables.update(cellTable(cell), instanceKey(uuid), { set: { system_metadata } }, condition);
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
}

/** Whether a server is to have no port: exactly one request, and it says `none`. */
export function noneRequested(requested: Json): boolean {
  const requests = objectsOf(requested);
  return requests.length === 1 && fieldsOf(requests[0])['network_id'] === 'none';
}

/** What the network service needs of a server: who it is. */
export function identity(item: Item): WireObject {
  const { uuid, project_id } = instanceItem(item);
  return {
    'nova_object.name': 'Instance',
    'nova_object.namespace': 'nova',
    'nova_object.version': '2.7',
    'nova_object.data': { uuid, project_id },
  };
}
