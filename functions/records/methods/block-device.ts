import { lookedUp } from '#records/lookup';
import { byId } from '#records/by-id';
import { BDMNotFound, ObjectActionError, VolumeBDMIsMultiAttach, VolumeBDMNotFound } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import type { NovaObject } from '#objects/versioned/base';
import { BlockDeviceMapping, BlockDeviceMappingList } from '#objects/instance/block-device-mapping';
import type { Attributes, Item, Key } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { tableOf } from '#records/cell-table';
import { createRecord, persistentFields } from '#records/create-record';
import { getInstance } from './instance-load.ts';
import { inParallel } from '#records/in-parallel';
import { blockDeviceKey, instanceKey } from '#records/keys';
import { optionalText, optionalTexts, text, texts } from '#records/arguments';
import { API_ONLY, atWork, mayRead } from '#records/authority/rules';
import type { RecordMethods, Records } from '#records/method';
import { classMethod, instanceMethod } from '#records/remotable-method';
import { newUuid } from '#records/new-uuid';
import { saveRecord } from '#records/save-record';
import { present } from '#records/stamp';
import { attributesOf, loadObject, numberOf, refreshObject, textOf } from '#records/stored-object';
import { isVisible } from '#records/visibility';
import { blockDeviceItem } from '#records/items/block-device';
import { isDeleted } from '#records/items/read';

type Device = NovaObject<typeof BlockDeviceMapping.fields>;

/** Servers whose devices are read at a time. */
const AT_ONCE = 10;

const STORED: readonly string[] = BlockDeviceMapping.fieldNames.filter((name) => name !== 'instance');

/** What a new device has where nothing is given. */
const UNSET: Attributes = {
  ...Object.fromEntries(STORED.map((name) => [name, null])),
  delete_on_termination: false,
  no_device: false,
  encrypted: false,
};

/** The devices of one volume, found by status. */
const ofVolume = (volume: string): string => `volume#${volume}`;

/** A stored device as the object. */
export const deviceOf = (item: Item): Device => loadObject(BlockDeviceMapping, item, STORED);

/** The item of a new device: what `putDevice` of a commit stores, and create as well. */
async function newDeviceItem(records: Records, device: AnyObject): Promise<Item> {
  const uuid = textOf(device, 'uuid') ?? newUuid(records, 'block-device');
  const instance = textOf(device, 'instance_uuid') ?? '';
  const changes = attributesOf(
    device,
    [...device.changes].filter((name) => STORED.includes(name)),
  );
  const id = await records.counter.nextId(records.tables, tableOf(records), 'block_device_mapping');
  return {
    ...UNSET,
    ...changes,
    ...persistentFields(records),
    ...blockDeviceKey(instance, uuid),
    id,
    uuid,
    instance_uuid: instance,
    ...volumeIndex(changes['volume_id'], `${instance}#${uuid}`),
  };
}

const volumeSort = ({ pk, sk }: Key): string => `${pk.replace('instance#', '')}#${sk.replace('block-device#', '')}`;

/** What finds a device by its volume. */
export function volumeIndex(volume: unknown, sort: string): Attributes {
  return typeof volume === 'string' && volume !== '' ? { lookup: ofVolume(volume), lookup_sort: sort } : {};
}

/** The live devices of a server, in the order in which they were made. */
export async function devicesOf(records: Records, uuid: string): Promise<Device[]> {
  return (await deviceItems(records, uuid)).map(deviceOf);
}

/** The records of a server's live devices, in the order in which they were made. */
export async function deviceItems(records: Records, uuid: string): Promise<Item[]> {
  const items = await allPages(records.tables, tableOf(records), {
    partition: instanceKey(uuid).pk,
    sortPrefix: 'block-device#',
  });
  return byId(items.filter((item) => isVisible(records.context, item)));
}

/** Whether a server has a volume, or had it. */
export async function hadVolume(records: Records, uuid: string, volume: string): Promise<boolean> {
  const items = await allPages(records.tables, tableOf(records), {
    partition: instanceKey(uuid).pk,
    sortPrefix: 'block-device#',
  });
  return items.some((item) => blockDeviceItem(item).volume_id === volume);
}

function refuse(device: AnyObject, action: string): void {
  if (device.isSet('id')) throw new ObjectActionError({ action, reason: 'already created' });
  if (device.changes.has('instance')) throw new ObjectActionError({ action, reason: 'instance assigned' });
}

async function create(records: Records, device: AnyObject): Promise<null> {
  refuse(device, 'create');
  const { pk, sk, ...attributes } = await newDeviceItem(records, device);
  const item = await createRecord(records, tableOf(records), { pk, sk }, attributes, () => {
    return new ObjectActionError({ action: 'create', reason: 'already created' });
  });
  await dropOtherSwap(records, item);
  refreshObject(device, item, STORED);
  return null;
}

/** A server has one swap device: storing another one deletes it. */
async function dropOtherSwap(records: Records, made: Item): Promise<void> {
  const { guest_format: format, instance_uuid } = blockDeviceItem(made);
  if (format !== 'swap') return;
  const others = (await deviceItems(records, instance_uuid)).filter((item) => {
    const { guest_format, source_type } = blockDeviceItem(item);
    return item.sk !== made.sk && guest_format === 'swap' && source_type === 'blank';
  });
  await Promise.all(others.map((item) => softDelete(records, { pk: item.pk, sk: item.sk })));
}

/** Matches by uuid, else by device name; what matches is changed, anything else is a new device. */
async function updateOrCreate(records: Records, device: AnyObject): Promise<null> {
  refuse(device, 'create');
  const uuid = textOf(device, 'uuid');
  const name = textOf(device, 'device_name');
  const found = (await deviceItems(records, textOf(device, 'instance_uuid') ?? '')).find((item) =>
    uuid === undefined
      ? name !== undefined && blockDeviceItem(item).device_name === name
      : blockDeviceItem(item).uuid === uuid,
  );
  if (found === undefined) return create(records, device);
  const set = attributesOf(
    device,
    [...device.changes].filter((each) => STORED.includes(each)),
  );
  const item = await change(records, { pk: found.pk, sk: found.sk }, set, blockDeviceItem(found).id);
  await dropOtherSwap(records, item);
  refreshObject(device, item, STORED);
  return null;
}

async function save(records: Records, device: AnyObject): Promise<null> {
  if (device.changes.has('instance')) {
    throw new ObjectActionError({ action: 'save', reason: 'instance changed' });
  }
  const id = numberOf(device, 'id') ?? 0;
  const set = attributesOf(
    device,
    [...device.changes].filter((name) => STORED.includes(name)),
  );
  const key = blockDeviceKey(textOf(device, 'instance_uuid') ?? '', textOf(device, 'uuid') ?? '');
  refreshObject(device, await change(records, key, set, id), STORED);
  return null;
}

/**
 * Changes a device of a server.
 *
 * @throws BDMNotFound when it is gone
 */
export const saveDevice = (records: Records, instance: string, uuid: string, set: DeviceChange): Promise<Item> =>
  change(records, blockDeviceKey(instance, uuid), { ...set }, 0);

/** What is changed of a device beside its host's own saves. */
type DeviceChange = { readonly attachment_id: string } | { readonly delete_on_termination: boolean };

function change(records: Records, key: Key, set: Attributes, id: number): Promise<Item> {
  const moved = 'volume_id' in set;
  const index = moved ? volumeIndex(set['volume_id'], volumeSort(key)) : {};
  return saveRecord(records, {
    table: tableOf(records),
    key,
    set,
    derived: index,
    // Nova stamps every save of a device, also one that changes nothing
    always: true,
    ...(moved && !('lookup' in index) ? { remove: ['lookup', 'lookup_sort'] } : {}),
    missing: () => new BDMNotFound({ id }),
  });
}

/** A record that is gone already is no error. */
async function destroy(records: Records, device: AnyObject): Promise<null> {
  if (!device.isSet('id')) throw new ObjectActionError({ action: 'destroy', reason: 'already destroyed' });
  await softDelete(records, blockDeviceKey(textOf(device, 'instance_uuid') ?? '', textOf(device, 'uuid') ?? ''));
  device.unset('id');
  return null;
}

/** Deletes a device by its record; one that is gone already is no error. */
export const destroyDevice = (records: Records, { pk, sk }: Key): Promise<void> => softDelete(records, { pk, sk });

async function softDelete(records: Records, key: Key): Promise<void> {
  const table = tableOf(records);
  const item = await records.tables.get(table, key);
  if (item === undefined || isDeleted(item)) return;
  await records.tables.update(table, key, {
    set: { deleted: true, deleted_at: present(records) },
    remove: ['lookup', 'lookup_sort'],
  });
}

async function ofVolumeItems(records: Records, volume: string): Promise<Item[]> {
  const partition = ofVolume(volume);
  const items = await lookedUp(records.tables, tableOf(records), [partition]);
  return byId(items.filter((item) => isVisible(records.context, item)));
}

/** What every search by volume is given. */
const BY_VOLUME = { volume_id: text, expected_attrs: optionalTexts };

interface ByVolume {
  readonly volume_id: string;
  readonly expected_attrs: readonly string[] | null;
}

async function one(records: Records, items: readonly Item[], asked: ByVolume): Promise<Device> {
  const [item] = items;
  if (item === undefined) throw new VolumeBDMNotFound({ volume_id: asked.volume_id });
  const device = deviceOf(item);
  if (asked.expected_attrs?.includes('instance') === true) {
    device.assign('instance', await getInstance(records, blockDeviceItem(item).instance_uuid));
    device.resetChanges(['instance']);
  }
  return device;
}

export const blockDeviceMapping: RecordMethods = {
  instance: {
    create: instanceMethod({ schema: {}, authority: atWork('instance_uuid') }, create),
    update_or_create: instanceMethod({ schema: {}, authority: atWork('instance_uuid') }, updateOrCreate),
    save: instanceMethod({ schema: {}, authority: atWork('instance_uuid') }, save),
    destroy: instanceMethod({ schema: {}, authority: atWork('instance_uuid') }, destroy),
  },
  class: {
    get_by_volume: classMethod({ schema: BY_VOLUME, authority: API_ONLY }, async (records, asked) => {
      const { volume_id } = asked;
      const items = await ofVolumeItems(records, volume_id);
      if (items.length > 1) throw new VolumeBDMIsMultiAttach({ volume_id });
      return one(records, items, asked);
    }),
    get_by_volume_and_instance: classMethod(
      { schema: { ...BY_VOLUME, instance_uuid: text }, authority: mayRead('instance_uuid') },
      async (records, asked) => {
        const items = await deviceItems(records, asked.instance_uuid);
        return one(
          records,
          items.filter((item) => blockDeviceItem(item).volume_id === asked.volume_id),
          asked,
        );
      },
    ),
    get_by_volume_id: classMethod(
      { schema: { ...BY_VOLUME, instance_uuid: optionalText }, authority: API_ONLY },
      async (records, asked) => {
        const items = await ofVolumeItems(records, asked.volume_id);
        const wanted = asked.instance_uuid;
        return one(
          records,
          wanted === null ? items : items.filter((item) => blockDeviceItem(item).instance_uuid === wanted),
          asked,
        );
      },
    ),
  },
};

export const blockDeviceMappingList: RecordMethods = {
  class: {
    get_by_instance_uuid: classMethod(
      { schema: { instance_uuid: text }, authority: mayRead('instance_uuid') },
      async (records, { instance_uuid }) =>
        BlockDeviceMappingList.load({ objects: await devicesOf(records, instance_uuid) }),
    ),
    get_by_instance_uuids: classMethod(
      { schema: { instance_uuids: texts }, authority: mayRead('instance_uuids') },
      async (records, { instance_uuids }) => {
        const items: Item[][] = [];
        await inParallel(instance_uuids, AT_ONCE, async (uuid) => void items.push(await deviceItems(records, uuid)));
        return BlockDeviceMappingList.load({ objects: byId(items.flat()).map(deviceOf) });
      },
    ),
    get_by_volume: classMethod({ schema: { volume_id: text }, authority: API_ONLY }, async (records, { volume_id }) => {
      const items = await ofVolumeItems(records, volume_id);
      if (items.length === 0) throw new VolumeBDMNotFound({ volume_id });
      return BlockDeviceMappingList.load({ objects: items.map(deviceOf) });
    }),
  },
};
