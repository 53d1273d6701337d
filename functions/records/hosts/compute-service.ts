import { Service } from '#objects/compute/service';
import type { NovaObject } from '#objects/versioned/base';
import type { Item } from '#ports/tables';
import { tableOf } from '#records/cell-table';
import { serviceKey } from '#records/keys';
import type { Records } from '#records/method';
import { loadObject } from '#records/stored-object';
import { visible } from '#records/visibility';

/** What is stored of a service; availability_zone and compute_node belong to other records. */
export const STORED: readonly string[] = Service.fieldNames.filter(
  (name) => name !== 'availability_zone' && name !== 'compute_node',
);

export type ServiceObject = NovaObject<typeof Service.fields>;

/** A Service of its item. */
export const serviceOf = (item: Item): ServiceObject => loadObject(Service, item, STORED);

/** The compute service of a host; undefined when there is none. */
export async function computeServiceOf(records: Records, host: string): Promise<ServiceObject | undefined> {
  const item = visible(records.context, await records.tables.get(tableOf(records), serviceKey(host, 'nova-compute')));
  return item === undefined ? undefined : serviceOf(item);
}
