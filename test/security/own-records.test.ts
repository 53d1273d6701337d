import { describe, expect, it } from 'vitest';
import { registry } from '#objects/registry';
import { NovaObject } from '#objects/versioned/base';
import { fromPrimitive } from '#objects/versioned/from-primitive';
import type { Json, JsonMap } from '#ports/json';
import type { Records } from '#records/method';
import { blockDeviceMapping, blockDeviceMappingList } from '#records/methods/block-device';
import { instance } from '#records/methods/instance';
import { migration } from '#records/methods/migration';
import { pciDevice } from '#records/methods/pci-device';
import { virtualInterface } from '#records/methods/virtual-interface';
import { newObject } from '#wire/wire';
import { rejected } from '../fixtures/rejected.ts';
import { authorityWorld, OWNERS } from './authority-world.ts';

const { host1, host2 } = OWNERS;

const MOVE = { id: 1, uuid: host1.uuid, instance_uuid: host1.uuid, source_compute: 'host1', dest_compute: 'host1' };

const METHODS = { BlockDeviceMapping: blockDeviceMapping, Migration: migration, VirtualInterface: virtualInterface };

/** Makes a record of a server. */
async function made(records: Records, name: keyof typeof METHODS, fields: JsonMap): Promise<unknown> {
  const primitive = newObject(name, registry.get(name)?.version ?? '', fields);
  const object = fromPrimitive({ ...primitive, 'nova_object.changes': Object.keys(fields) }, registry);
  return METHODS[name].instance?.['create']?.call(records, object, {});
}

const primitiveOf = (object: unknown): unknown => (object instanceof NovaObject ? object.toPrimitive() : object);

/** The same records, as an API service reaches them. */
const ofTheApi = ({ hosts: _hosts, ...records }: Records): Records => records;

/** Saves a change of the migration of host1's server, in the name of host1. */
async function saveMove(change: Readonly<Record<string, Json>>) {
  const records = await authorityWorld(['host1']);
  const primitive = newObject('Migration', '1.7', { ...MOVE, status: 'running', ...change });
  const object = fromPrimitive({ ...primitive, 'nova_object.changes': Object.keys(change) }, registry);
  return migration.instance?.['save']?.call(records, object, {});
}

describe("a host, by a save of its own server's records", () => {
  it.each([
    ['source_compute', 'host2'],
    ['dest_compute', 'host2'],
    ['project_id', 'another'],
    ['user_id', 'another'],
  ])('gives no migration to others: %s', async (name, value) => {
    expect(await rejected(saveMove({ [name]: value }))).toMatchObject({
      name: 'Forbidden',
      message: expect.stringContaining(name),
    });
  });

  it.each([
    ['names itself as its destination', { dest_compute: 'host1', status: 'pre-migrating' }],
    ['sends back what it has read', { source_compute: 'host1', project_id: null }],
  ])('%s', async (_what, change) => {
    expect(await saveMove(change)).toBeNull();
  });

  it.each([
    ['deleted', true],
    ['created_at', '2020-01-01T00:00:00Z'],
    ['project_id', 'another'],
  ])('changes nothing of a server that is not its own to say: %s', async (name, value) => {
    const records = await authorityWorld(['host1']);
    const primitive = newObject('Instance', '2.7', { uuid: host1.uuid, id: 1, [name]: value });
    const object = fromPrimitive({ ...primitive, 'nova_object.changes': [name] }, registry);
    const args = { expected_vm_state: null, expected_task_state: null, admin_state_reset: false };

    const error = await rejected(Promise.resolve(instance.instance?.['save']?.call(records, object, args)));

    expect(error).toMatchObject({ name: 'Forbidden', message: expect.stringContaining(name) });
  });

  it.each([
    ["hands no device of its node to another host's server", host2.uuid, 'Forbidden'],
    ['hands a device of its node to a server that it is at work on', host1.uuid, undefined],
    ['takes a device of its node from whatever server had it', null, undefined],
  ])('%s', async (_what, instance_uuid, refused) => {
    const records = await authorityWorld(['host1']);
    const device = { compute_node_id: 1, address: '0000:01:00.0', status: 'allocated', instance_uuid };
    const other = {
      vendor_id: '8086',
      product_id: '1',
      dev_type: 'type-PCI',
      dev_id: 'pci',
      label: 'l',
      uuid: host1.uuid,
      numa_node: null,
      extra_info: {},
    };
    const primitive = newObject('PciDevice', '1.7', { ...device, ...other });
    const object = fromPrimitive(
      { ...primitive, 'nova_object.changes': [...Object.keys(device), ...Object.keys(other)] },
      registry,
    );

    const saved = pciDevice.instance?.['save']?.call(records, object, {});

    const error = await Promise.resolve(saved).then(
      () => undefined,
      (reason: unknown) => (reason instanceof Error ? reason.name : reason),
    );
    expect(error).toBe(refused);
  });

  it('makes no migration under the uuid of one of another server', async () => {
    const records = await authorityWorld(['host1']);
    const move = { source_compute: 'host1', status: 'accepted', migration_type: 'evacuation' };
    const fields = { ...move, instance_uuid: host1.uuid, uuid: host2.uuid };

    const error = await rejected(made(records, 'Migration', fields));

    const found = await migration.class?.['get_by_uuid']?.call(ofTheApi(records), { migration_uuid: host2.uuid });
    expect(error).toMatchObject({ name: 'Forbidden' });
    expect(primitiveOf(found)).toMatchObject({ 'nova_object.data': { instance_uuid: host2.uuid } });
  });

  it('makes a virtual interface under the uuid of one of another server, and is not found in its place', async () => {
    const records = await authorityWorld(['host1']);
    const fields = { instance_uuid: host1.uuid, uuid: host2.uuid, address: 'fa:16:3e:00:00:01' };

    await made(records, 'VirtualInterface', fields);

    const found = await virtualInterface.class?.['get_by_uuid']?.call(ofTheApi(records), { vif_uuid: host2.uuid });
    expect(primitiveOf(found)).toMatchObject({ 'nova_object.data': { instance_uuid: host2.uuid } });
  });

  it('makes a block device under the uuid of one of another server, which keeps its own', async () => {
    const records = await authorityWorld(['host1']);
    const fields = { source_type: 'volume', destination_type: 'volume', volume_id: 'y' };

    await made(records, 'BlockDeviceMapping', { ...fields, instance_uuid: host1.uuid, uuid: host2.uuid });

    const list = blockDeviceMappingList.class?.['get_by_instance_uuid'];
    const left = primitiveOf(await list?.call(ofTheApi(records), { instance_uuid: host2.uuid }));
    const kept = { 'nova_object.data': { instance_uuid: host2.uuid, uuid: host2.uuid, volume_id: 'x' } };
    expect(left).toMatchObject({ 'nova_object.data': { objects: [kept] } });
  });
});
