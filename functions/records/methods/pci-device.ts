import { lookedUp } from '#records/lookup';
import { byId } from '#records/by-id';
import { PciDeviceNotFound, PciDeviceNotFoundById } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import type { NovaObject } from '#objects/versioned/base';
import { PciDevice, PciDeviceList } from '#objects/pci/pci-device';
import type { Attributes, Item, Key, RecordKey, UpdateOf } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { isConcerned, mayNot } from '#records/authority/conditions';
import { tableOf } from '#records/cell-table';
import { persistentFields } from '#records/create-record';
import { integer, nullableText, text } from '#records/arguments';
import { API_ONLY, mayRead, ownNode } from '#records/authority/rules';
import { instanceKey } from '#records/keys';
import type { RecordMethods, Records } from '#records/method';
import { classMethod, instanceMethod } from '#records/remotable-method';
import { present } from '#records/stamp';
import { attributesOf, loadObject, numberOf, refreshObject, textOf } from '#records/stored-object';
import { isVisible } from '#records/visibility';
import { pciDeviceItem, type PciDeviceItem } from '#records/items/pci-device';
import { isDeleted } from '#records/items/read';

type Device = NovaObject<typeof PciDevice.fields>;

/** The devices of a node are one partition. */
const pciDeviceKey = (node: number, address: string): RecordKey<PciDeviceItem> => ({
  pk: `pci#${node}`,
  sk: `pci-device#${address}`,
});

/** The devices of a server are looked up together. */
const ofInstance = (uuid: string): string => `pci-of#${uuid}`;

/** The PCI devices that a server holds. */
export async function devicesOfInstance(records: Records, uuid: string): Promise<AnyObject> {
  const partition = ofInstance(uuid);
  const items = await lookedUp(records.tables, tableOf(records), [partition]);
  const allocated = items.filter((item) => pciDeviceItem(item).status === 'allocated' && !isDeleted(item));
  return PciDeviceList.load({ objects: loaded(allocated) });
}

const loaded = (items: Item[]): Device[] => byId(items).map((item) => loadObject(PciDevice, item));

async function ofNode(records: Records, node: number): Promise<Item[]> {
  const partition = pciDeviceKey(node, '').pk;
  const items = await allPages(records.tables, tableOf(records), { partition });
  return items.filter((item) => isVisible(records.context, item));
}

/**
 * @throws Forbidden for a host that hands its device to a server that it is not at work on,
 *   whose devices would be listed with it
 */
async function mustConcern(records: Records, device: AnyObject): Promise<void> {
  const holder = textOf(device, 'instance_uuid');
  if (records.hosts === undefined || holder === undefined || !device.changes.has('instance_uuid')) return;
  const instance = await records.tables.get(tableOf(records), instanceKey(holder));
  if (instance !== undefined && isConcerned(instance, records.hosts)) return;
  throw mayNot(records.hosts, `hand a device to instance ${holder}: they are not at work on it`);
}

/** Makes the device or changes it; a status of `deleted` deletes it, one of `removed` is not stored at all. */
async function save(records: Records, device: AnyObject): Promise<null> {
  await mustConcern(records, device);
  const status = textOf(device, 'status');
  const table = tableOf(records);
  const key = pciDeviceKey(numberOf(device, 'compute_node_id') ?? 0, textOf(device, 'address') ?? '');
  if (status === 'removed') {
    device.assign('status', 'deleted');
    await records.tables.update(table, key, {
      set: { deleted: true, deleted_at: present(records) },
      remove: ['lookup', 'lookup_sort'],
    });
    return null;
  }
  if (status === 'deleted') return null;
  const changes = attributesOf(device, device.changes);
  const update = device.isSet('id') ? { ...changes, updated_at: present(records) } : await newDevice(records, changes);
  const { item } = await records.tables.update(table, key, {
    ...indexed(device, key, update),
    ...(records.writer === undefined ? {} : { writer: records.writer }),
  });
  refreshObject(device, item);
  return null;
}

/** A change, and whose devices this one is listed with: whoever holds it in the record from now on. */
function indexed(device: AnyObject, { pk, sk }: Key, set: Attributes): Pick<UpdateOf<PciDeviceItem>, 'set' | 'remove'> {
  if (!device.changes.has('instance_uuid')) return { set };
  const holder = device.peek('instance_uuid');
  if (typeof holder !== 'string') return { set, remove: ['lookup', 'lookup_sort'] };
  return { set: { ...set, lookup: ofInstance(holder), lookup_sort: `${pk}#${sk}` } };
}

async function newDevice(records: Records, changes: Attributes): Promise<Attributes> {
  return {
    instance_uuid: null,
    request_id: null,
    numa_node: null,
    parent_addr: null,
    extra_info: {},
    ...changes,
    ...persistentFields(records),
    id: await records.counter.nextId(records.tables, tableOf(records), 'pci_devices'),
  };
}

export const pciDevice: RecordMethods = {
  instance: { save: instanceMethod({ schema: {}, authority: ownNode('compute_node_id') }, save) },
  class: {
    get_by_dev_addr: classMethod(
      { schema: { compute_node_id: integer, dev_addr: text }, authority: ownNode('compute_node_id') },
      async (records, { compute_node_id: node, dev_addr: address }) => {
        const item = await records.tables.get(tableOf(records), pciDeviceKey(node, address));
        if (item === undefined || !isVisible(records.context, item)) {
          throw new PciDeviceNotFound({ node_id: node, address });
        }
        return loadObject(PciDevice, item);
      },
    ),
    get_by_dev_id: classMethod({ schema: { id: integer }, authority: API_ONLY }, (_records, { id }) => {
      throw new PciDeviceNotFoundById({ id });
    }),
  },
};

export const pciDeviceList: RecordMethods = {
  class: {
    get_by_compute_node: classMethod(
      { schema: { node_id: integer }, authority: ownNode('node_id') },
      async (records, { node_id }) => PciDeviceList.load({ objects: loaded(await ofNode(records, node_id)) }),
    ),
    get_by_instance_uuid: classMethod({ schema: { uuid: text }, authority: mayRead('uuid') }, (records, { uuid }) =>
      devicesOfInstance(records, uuid),
    ),
    get_by_parent_address: classMethod(
      { schema: { node_id: integer, parent_addr: nullableText }, authority: ownNode('node_id') },
      async (records, { node_id, parent_addr }) => {
        const children = (await ofNode(records, node_id)).filter(
          (item) => pciDeviceItem(item).parent_addr === parent_addr,
        );
        return PciDeviceList.load({ objects: loaded(children) });
      },
    ),
  },
};
