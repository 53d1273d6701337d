import type { AnyObject } from '#objects/versioned/any-object';
import { NovaObject } from '#objects/versioned/base';
import { BlockDeviceMapping, BlockDeviceMappingList } from '#objects/instance/block-device-mapping';
import { EC2Ids } from '#objects/instance/ec2-ids';
import { Tag, TagList } from '#objects/instance/tag';
import type { Item, ItemOf } from '#ports/tables';
import type { WireObject } from '#ports/json';
import { instanceOf } from '#records/instance-item';
import { loadObject } from '#records/stored-object';
import { instanceItem, type StoredInstance } from '#records/items/instance';
import { blockDeviceItem } from '#records/items/block-device';
import { tagsItem } from '#records/items/tags';

/** The loadable fields that travel with a build. */
export const LOADED = [
  'metadata',
  'system_metadata',
  'info_cache',
  'security_groups',
  'numa_topology',
  'pci_requests',
  'device_metadata',
  'flavor',
  'vcpu_model',
  'migration_context',
  'ec2_ids',
  'keypairs',
  'trusted_certs',
  'resources',
];

/**
 * A server as a build order carries it: the Instance with its tags, and its block devices in the order they were made.
 * `beside`: the items of its partition, devices and tags among them.
 *
 * On a first order Nova marks the tags and the list of devices as changed, and the ids of the EC2 interface always; a
 * compute sends them back with its first save, where they are ignored.
 */
export function castInstance(
  item: ItemOf<StoredInstance>,
  beside: readonly Item[],
  first: boolean,
): { instance: WireObject; devices: WireObject } {
  const devices = beside
    .filter((each) => each.sk.startsWith('block-device#') && !blockDeviceItem(each).deleted)
    .toSorted((a, b) => blockDeviceItem(a).id - blockDeviceItem(b).id);
  const names = beside.filter(({ sk }) => sk === 'tags').flatMap((each) => tagsItem(each).tags);

  const instance = instanceOf(item, LOADED);
  const uuid = instanceItem(item).uuid;
  instance.set('tags', TagList.load({ objects: names.map((tag) => Tag.load({ resource_id: uuid, tag })) }));
  instance.resetChanges(first ? [] : ['tags']);
  markEc2Ids(instance);
  const columns = BlockDeviceMapping.fieldNames.filter((name) => name !== 'instance');
  const objects = devices.map((device) => loadObject(BlockDeviceMapping, device, columns));
  const list = first ? BlockDeviceMappingList.make({ objects }) : BlockDeviceMappingList.load({ objects });
  return { instance: instance.toPrimitive(), devices: list.toPrimitive() };
}

/** Nova makes the ids of the EC2 interface each time, so they are new in every message. */
export function markEc2Ids(instance: AnyObject): void {
  const ids: unknown = instance.peek('ec2_ids');
  if (!(ids instanceof NovaObject)) return;
  const made = EC2Ids.make();
  for (const name of ids.setFields) made.assign(name, ids.peek(name));
  instance.assign('ec2_ids', made);
}
