import { createHash } from 'node:crypto';
import type { AnyObject } from '#objects/versioned/any-object';
import { Instance } from '#objects/instance/instance';
import type { Json, JsonMap, WireObject } from '#ports/json';
import type { Services } from '#ports/services';
import type { Attributes, Item } from '#ports/tables';
import { isoSeconds } from '#conductor/time';
import { instanceIndexKeys } from './instance-index.ts';
import { EXTRA_FIELDS, FLAVOR_FIELDS, INSTANCE_COLUMNS } from './instance-item.ts';
import { plainFlavor } from './instance-item.ts';
import { cellTable, instanceKey } from './keys.ts';
import { fieldsOf, objectsOf } from '#wire/reading';
import { textOf, wireValue } from './stored-object.ts';
import { unmarked } from './unmarked.ts';

/**
 * The item that Instance.create stores: every column, null where the object has none, extra data and flavors as whole
 * values, the network cache flat, and the ids that the cell gives.
 */
export async function newInstanceItem(
  services: Pick<Services, 'tables' | 'counter' | 'clock'>,
  cell: string,
  instance: AnyObject,
): Promise<Item> {
  const now = isoSeconds(services.clock.now());
  // A server is as old as its request.
  const created = textOf(instance, 'created_at') ?? now;
  const uuid = textOf(instance, 'uuid') ?? '';
  const id = await services.counter.nextId(services.tables, cellTable(cell), 'instances');
  const fields: Attributes = {
    ...columns(instance),
    ...beside(instance, uuid),
    id,
    created_at: created,
    updated_at: null,
    deleted_at: null,
    deleted: false,
    cleaned: false,
    ec2_ids: ec2Ids(id, instance),
    info_cache_created_at: now,
    info_cache_updated_at: null,
  };
  const keys = instanceIndexKeys({
    uuid,
    host: textOf(instance, 'host') ?? null,
    vm_state: textOf(instance, 'vm_state') ?? null,
    task_state: textOf(instance, 'task_state') ?? null,
    deleted: false,
    cleaned: false,
    created_at: created,
  });
  return { ...instanceKey(uuid), ...fields, ...keys.set };
}

/** A column that is unset is null in the store, or its field's default where it may not be. */
function columns(instance: AnyObject): Attributes {
  const values: Attributes = {};
  for (const name of INSTANCE_COLUMNS) {
    const field = Instance.field(name);
    values[name] = wireValue(instance, name) ?? (field?.fallback === undefined ? null : field.send(field.fallback()));
  }
  return values;
}

function beside(instance: AnyObject, uuid: string): Attributes {
  const value = (name: string): Json => unmarked(wireValue(instance, name) ?? null);
  const extra = Object.fromEntries(EXTRA_FIELDS.map((name) => [name, owned(value(name), uuid)]));
  const flavors = Object.fromEntries(FLAVOR_FIELDS.map((name) => [name, plainFlavor(value(name))]));
  return {
    ...extra,
    ...flavors,
    metadata: value('metadata') ?? {},
    system_metadata: value('system_metadata') ?? {},
    // without groups there is nothing to keep: null reads as an empty list
    security_groups: objectsOf(value('security_groups')).length > 0 ? value('security_groups') : null,
    keypairs: value('keypairs'),
    network_info: fieldsOf(value('info_cache'))['network_info'] ?? '[]',
  };
}

/** What a PCI request has where nothing is given. */
const PCI_REQUEST: JsonMap = {
  alias_name: null,
  is_new: false,
  request_id: null,
  requester_id: null,
  numa_policy: null,
};

/** PCI requests name their server once it has one, and have every field set. */
function owned(value: Json, uuid: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  if (value['nova_object.name'] !== 'InstancePCIRequests') return value;
  const { requests } = fieldsOf(value);
  const whole = objectsOf(requests).map((request) => ({
    ...request,
    'nova_object.data': { ...PCI_REQUEST, ...request['nova_object.data'] },
  }));
  return { ...value, 'nova_object.data': { instance_uuid: uuid, ...fieldsOf(value), requests: whole } };
}

/**
 * The ids of the EC2 interface. Nova numbers images as it meets them; ours are drawn from the image's uuid, so that
 * nothing has to be looked up or kept.
 */
function ec2Ids(id: number, instance: AnyObject): WireObject {
  const image = (name: string, prefix: string): Json => {
    const reference = textOf(instance, name) ?? '';
    return reference === '' ? null : `${prefix}-${createHash('sha256').update(reference).digest('hex').slice(0, 8)}`;
  };
  return {
    'nova_object.name': 'EC2Ids',
    'nova_object.namespace': 'nova',
    'nova_object.version': '1.0',
    'nova_object.data': {
      instance_id: instanceIdOfEc2(id),
      ami_id: image('image_ref', 'ami'),
      kernel_id: image('kernel_id', 'aki'),
      ramdisk_id: image('ramdisk_id', 'ari'),
    },
  };
}

const instanceIdOfEc2 = (id: number): string => `i-${id.toString(16).padStart(8, '0')}`;

/** The ids of the EC2 interface of a server that is another number in another cell; its images keep theirs. */
export const renumberedEc2Ids = (id: number, ids: WireObject | null): WireObject | null =>
  ids && { ...ids, 'nova_object.data': { ...ids['nova_object.data'], instance_id: instanceIdOfEc2(id) } };
