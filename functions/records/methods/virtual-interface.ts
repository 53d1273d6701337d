import { lookedUp } from '#records/lookup';
import { byId } from '#records/by-id';
import { DBDuplicateEntry, ObjectActionError } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import type { NovaObject } from '#objects/versioned/base';
import { VirtualInterface, VirtualInterfaceList } from '#objects/network/virtual-interface';
import type { Attributes, Item, RecordKey } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { tableOf } from '#records/cell-table';
import { absentOrDeleted, createRecord, persistentFields } from '#records/create-record';
import { instanceKey } from '#records/keys';
import { text } from '#records/arguments';
import { THEIRS, atWork, mayRead } from '#records/authority/rules';
import type { RecordMethods, Records } from '#records/method';
import { classMethod, instanceMethod } from '#records/remotable-method';
import { newUuid } from '#records/new-uuid';
import { saveRecord } from '#records/save-record';
import { present } from '#records/stamp';
import { attributesOf, loadObject, refreshObject, textOf } from '#records/stored-object';
import { virtualInterfaceItem, type VirtualInterfaceItem } from '#records/items/virtual-interface';
import { isDeleted } from '#records/items/read';

type Interface = NovaObject<typeof VirtualInterface.fields>;

const interfaceKey = (instance: string, uuid: string): RecordKey<VirtualInterfaceItem> => ({
  pk: instanceKey(instance).pk,
  sk: `virtual-interface#${uuid}`,
});

const withUuid = (uuid: string): string => `virtual-interface#${uuid}`;

/** What is stored: a network of the service has no id here, so none is sent. */
const STORED: readonly string[] = VirtualInterface.fieldNames.filter((name) => name !== 'network_id');

/** The stored address carries the port's uuid behind a slash, which nobody else is shown. */
function interfaceOf(item: Item): Interface {
  return loadObject(VirtualInterface, withPlainAddress(item), STORED);
}

function withPlainAddress(item: Item): Attributes {
  const { address } = virtualInterfaceItem(item);
  return address === null ? item : { ...item, address: address.split('/')[0] ?? address };
}

async function interfacesOf(records: Records, uuid: string): Promise<Item[]> {
  const items = await allPages(records.tables, tableOf(records), {
    partition: instanceKey(uuid).pk,
    sortPrefix: 'virtual-interface#',
  });
  return byId(items.filter((item) => !isDeleted(item)));
}

async function create(records: Records, object: AnyObject): Promise<null> {
  if (object.isSet('id')) throw new ObjectActionError({ action: 'create', reason: 'already created' });
  const table = tableOf(records);
  const instance = textOf(object, 'instance_uuid') ?? '';
  const uuid = textOf(object, 'uuid') ?? newUuid(records, 'virtual-interface');
  const attributes: Attributes = {
    tag: null,
    address: null,
    ...attributesOf(object, object.changes),
    ...persistentFields(records),
    id: await records.counter.nextId(records.tables, table, 'virtual_interfaces'),
    uuid,
    lookup: withUuid(uuid),
    lookup_sort: instance,
  };
  const item = await createRecord(
    records,
    table,
    interfaceKey(instance, uuid),
    attributes,
    () => new DBDuplicateEntry(`virtual interface ${uuid}`),
    absentOrDeleted,
  );
  refreshObject(object, withPlainAddress(item), STORED);
  return null;
}

async function save(records: Records, object: AnyObject): Promise<null> {
  const [instance, uuid] = [textOf(object, 'instance_uuid') ?? '', textOf(object, 'uuid') ?? ''];
  const item = await saveRecord(records, {
    table: tableOf(records),
    key: interfaceKey(instance, uuid),
    set: attributesOf(object, object.changes),
    missing: () => new ObjectActionError({ action: 'save', reason: `no virtual interface ${uuid}` }),
  });
  refreshObject(object, withPlainAddress(item), STORED);
  return null;
}

async function softDelete(records: Records, item: Item): Promise<void> {
  await records.tables.update(
    tableOf(records),
    { pk: item.pk, sk: item.sk },
    { set: { deleted: true, deleted_at: present(records) }, remove: ['lookup', 'lookup_sort'] },
    { kind: 'exists' },
  );
}

async function destroy(records: Records, object: AnyObject): Promise<null> {
  const [instance, uuid] = [textOf(object, 'instance_uuid') ?? '', textOf(object, 'uuid') ?? ''];
  const item = (await interfacesOf(records, instance)).find((each) => virtualInterfaceItem(each).uuid === uuid);
  if (item !== undefined) await softDelete(records, item);
  return null;
}

const madeAt = (item: Item): number => Date.parse(virtualInterfaceItem(item).created_at);

async function byUuid(records: Records, uuid: string): Promise<Interface | null> {
  const partition = withUuid(uuid);
  const items = byId(await lookedUp(records.tables, tableOf(records), [partition]));
  // The first that was made: a host may name one of its own server so later, and is not found in its place.
  const [item] = items.toSorted((a, b) => madeAt(a) - madeAt(b));
  return item === undefined ? null : interfaceOf(item);
}

export const virtualInterface: RecordMethods = {
  instance: {
    create: instanceMethod({ schema: {}, authority: atWork('instance_uuid') }, create),
    save: instanceMethod({ schema: {}, authority: atWork('instance_uuid') }, save),
    destroy: instanceMethod({ schema: {}, authority: atWork('instance_uuid') }, destroy),
  },
  class: {
    get_by_uuid: classMethod({ schema: { vif_uuid: text }, authority: THEIRS }, (records, { vif_uuid }) =>
      byUuid(records, vif_uuid),
    ),
    delete_by_instance_uuid: classMethod(
      { schema: { instance_uuid: text }, authority: atWork('instance_uuid') },
      async (records, { instance_uuid }) => {
        const items = await interfacesOf(records, instance_uuid);
        await Promise.all(items.map((item) => softDelete(records, item)));
        return null;
      },
    ),
  },
};

export const virtualInterfaceList: RecordMethods = {
  class: {
    get_by_instance_uuid: classMethod(
      { schema: { instance_uuid: text }, authority: mayRead('instance_uuid') },
      async (records, { instance_uuid }) => {
        const items = await interfacesOf(records, instance_uuid);
        return VirtualInterfaceList.load({ objects: items.map(interfaceOf) });
      },
    ),
  },
};
