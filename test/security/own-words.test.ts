import { describe, expect, it } from 'vitest';
import { everyMethod } from '#object-rpc/registry';
import { registry } from '#objects/registry';
import { fromPrimitive } from '#objects/versioned/from-primitive';
import type { Json, JsonMap } from '#ports/json';
import { cellMappingKey, MAPPINGS } from '#records/keys';
import type { Records } from '#records/method';
import { ALL_CELLS } from '#records/methods/mappings';
import { callClass } from '../fixtures/records.ts';
import { newObject } from '#wire/wire';
import { rejected } from '../fixtures/rejected.ts';
import { authorityWorld, OWNERS } from './authority-world.ts';

const { host1, host2 } = OWNERS;

const CELL_UUID = '33333333-0000-4000-8000-000000000000';

const methods = await everyMethod();

interface Call {
  readonly name: string;
  readonly method: string;
  readonly fields: JsonMap;
  /** @default all of the fields */
  readonly changed?: readonly string[];
  readonly args?: JsonMap;
}

/** Calls a method of an object in the name of host1. */
async function said(call: Call, given?: Records): Promise<unknown> {
  const { name, method, fields, changed = Object.keys(fields), args = {} } = call;
  const records = given ?? (await authorityWorld(['host1']));
  const primitive = newObject(name, registry.get(name)?.version ?? '', fields);
  const object = fromPrimitive({ ...primitive, 'nova_object.changes': [...changed] }, registry);
  return methods.get(name)?.instance?.[method]?.call(records, object, args);
}

/** The same records, as an API service reaches them. */
const ofTheApi = ({ hosts: _hosts, ...records }: Records): Records => records;

const PART = { instance_uuid: host1.uuid, uuid: host1.uuid, id: 1 };
const SERVICE = { id: 1, host: 'host1', binary: 'nova-compute' };

describe('a host, of its own records', () => {
  it.each([
    ['VirtualInterface', 'created_at', '2000-01-01T00:00:00Z', PART],
    ['VirtualInterface', 'deleted', true, PART],
    ['BlockDeviceMapping', 'created_at', '2000-01-01T00:00:00Z', PART],
    ['BlockDeviceMapping', 'deleted_at', '2000-01-01T00:00:00Z', PART],
    ['Migration', 'deleted', true, PART],
    ['Service', 'deleted', true, SERVICE],
    ['Service', 'forced_down', false, SERVICE],
    ['Service', 'last_seen_up', '2099-01-01T00:00:00Z', SERVICE],
    ['ComputeNode', 'created_at', '2000-01-01T00:00:00Z', { id: 1, uuid: host1.uuid, host: 'host1' }],
    ['PciDevice', 'deleted', true, { compute_node_id: 1, address: '0000:01:00.0', status: 'available' }],
  ])('%s: it does not say %s', async (name, field, value, fields) => {
    const error = await rejected(
      said({ name, method: 'save', fields: { ...fields, [field]: value }, changed: [field] }),
    );

    expect(error).toMatchObject({ name: 'Forbidden', message: expect.stringContaining(field) });
  });
});

describe('a migration that a host makes', () => {
  const MOVE = { instance_uuid: host1.uuid, status: 'pre-migrating', migration_type: 'resize' };

  it.each([
    ['dest_compute', { source_compute: 'host1', dest_compute: 'host2' }],
    ['source_compute', { source_compute: 'host2', dest_compute: 'host1' }],
    ['project_id', { source_compute: 'host1', dest_compute: 'host1', project_id: 'another' }],
    ['user_id', { source_compute: 'host1', dest_compute: 'host1', user_id: 'another' }],
    ['uuid', { source_compute: 'host1', dest_compute: 'host1', uuid: '77777777-0000-4000-8000-000000000000' }],
  ])('is nothing of others: %s', async (name, fields) => {
    const error = await rejected(said({ name: 'Migration', method: 'create', fields: { ...MOVE, ...fields } }));

    expect(error).toMatchObject({ name: 'Forbidden', message: expect.stringContaining(name) });
  });

  it('leads from where its server is to itself', async () => {
    const fields = { ...MOVE, source_compute: 'host1', dest_compute: 'host1' };

    expect(await said({ name: 'Migration', method: 'create', fields })).toBeNull();
  });
});

describe('a PCI device of a host', () => {
  it("is listed with no other host's server, whatever of the object is marked as changed", async () => {
    const records = await authorityWorld(['host1']);
    const device = {
      compute_node_id: 1,
      address: '0000:01:00.0',
      uuid: host1.uuid,
      vendor_id: '8086',
      product_id: '1',
      dev_type: 'type-PCI',
      dev_id: 'pci',
      label: 'l',
      numa_node: null,
      extra_info: {},
      status: 'allocated',
    };
    const fields = { ...device, instance_uuid: host2.uuid };
    await said({ name: 'PciDevice', method: 'save', fields, changed: Object.keys(device) }, records);

    const listed = await callClass(ofTheApi(records), 'PciDeviceList', 'get_by_instance_uuid', host2.uuid);

    expect(listed).toMatchObject({ 'nova_object.data': { objects: [] } });
  });
});

describe("a volume's usage", () => {
  const COUNTERS = { curr_reads: 1, curr_read_bytes: 1, curr_writes: 1, curr_write_bytes: 1 };
  const OF = { instance_uuid: host1.uuid, project_id: 'p1', user_id: null, availability_zone: null };

  it.each([
    ['a volume that its server does not have', { volume_id: 'of another' }],
    ['another project', { volume_id: 'x', project_id: 'another' }],
    ['another user', { volume_id: 'x', user_id: 'another' }],
  ])('is counted by a host for nobody else: %s', async (_what, fields) => {
    const error = await rejected(
      said({ name: 'VolumeUsage', method: 'save', fields: { ...COUNTERS, ...OF, ...fields } }),
    );

    expect(error).toMatchObject({ name: 'Forbidden' });
  });

  it('is counted by the host of its server', async () => {
    const fields = { ...COUNTERS, ...OF, volume_id: 'x' };

    expect(await said({ name: 'VolumeUsage', method: 'save', fields })).toBeNull();
  });
});

describe('the mapping of a cell', () => {
  const URLS = {
    transport_url: 'rabbit://nova:correct-horse@rabbit1:5672,nova:correct-horse@rabbit2:5672/',
    database_connection: 'mysql+pymysql://nova:correct-horse@db/nova_cell1',
  };

  it.each<[name: string, method: string, ...args: Json[]]>([
    ['CellMapping', 'get_by_uuid', CELL_UUID],
    ['CellMappingList', 'get_all'],
    ['CellMappingList', 'get_by_disabled', false],
    ['HostMapping', 'get_by_host', 'host1'],
    ['InstanceMapping', 'get_by_instance_uuid', host1.uuid],
  ])('shows a host no password of its queues and its database: %s.%s', async (name, method, ...args) => {
    const records = await authorityWorld(['host1']);
    const listed = { by_cell: ALL_CELLS, by_cell_sort: CELL_UUID };
    await records.tables.update(MAPPINGS, cellMappingKey(CELL_UUID), { set: { ...URLS, ...listed } });

    const [ofHost, ofApi] = await Promise.all(
      [records, ofTheApi(records)].map((each) => callClass(each, name, method, ...args)),
    );

    expect(JSON.stringify(ofHost)).toContain(CELL_UUID);
    expect(JSON.stringify(ofHost)).not.toContain('correct-horse');
    expect(JSON.stringify(ofApi)).toContain('correct-horse');
  });
});
