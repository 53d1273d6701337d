import { describe, expect, it } from 'vitest';
import { ComputeNode } from '#objects/compute/compute-node';
import { Service } from '#objects/compute/service';
import { computeNodeKey, nodeNameKey, serviceKey } from '#records/keys';
import type { JsonMap } from '#ports/json';
import type { Item, Tables } from '#ports/tables';
import type { Records } from '#records/method';
import { callMethod, NOW, recordsOn } from '../../fixtures/records.ts';
import { refusal } from '../../fixtures/refusal.ts';
import { memoryTables } from '../../fixtures/tables.ts';
import { NODE_FIELDS } from './node-fields.ts';

const TABLE = 'cell-cell1';
const NODE = {
  uuid: 'n-1',
  host: 'host1',
  hypervisor_hostname: 'node1',
  ...NODE_FIELDS,
};

const create = (records: Records, fields: JsonMap = {}) =>
  callMethod(records, ComputeNode.make({ ...NODE, ...fields }), 'create');
const destroy = (records: Records, fields: JsonMap = {}) =>
  callMethod(records, ComputeNode.load({ id: 1, ...NODE, ...fields }), 'destroy');
const stored = (tables: Tables, uuid: string): Promise<Item | undefined> => tables.get(TABLE, computeNodeKey(uuid));

describe('a compute node', () => {
  it('comes back under its id when its uuid is created again after it was destroyed', async () => {
    const { tables } = memoryTables();
    const records = recordsOn(tables);
    await create(records);
    await destroy(records);

    await create(records, { vcpus: 8 });

    expect(await stored(tables, 'n-1')).toMatchObject({ id: 1, deleted: false, deleted_at: null, vcpus: 8 });
  });

  it.each([
    ['of the uuid of another one', { host: 'host2', hypervisor_hostname: 'node2' }],
    ['of the host and hypervisor of another one', { uuid: 'n-2' }],
  ])('%s is a duplicate', async (_, fields) => {
    const { tables } = memoryTables();
    const records = recordsOn(tables);
    await create(records);

    const error = await refusal(create(records, fields));

    const { uuid, hypervisor_hostname: name } = { ...NODE, ...fields };
    expect(error).toMatchObject({ name: 'DuplicateRecord' });
    expect(error.message).toContain(`compute node ${name}:${uuid}`);
    expect(await stored(tables, 'n-1')).toMatchObject({ host: 'host1', hypervisor_hostname: 'node1' });
    expect(await stored(tables, 'n-2')).toBeUndefined();
  });

  it('of a name that another one is about to be made with is a duplicate, until that one has had its time', async () => {
    const { tables } = memoryTables();
    const now = Date.parse(NOW);
    const name = nodeNameKey('host1', 'node1');
    await tables.put(TABLE, { ...name, uuid: 'n-9', reserved_at: now - 1000 });

    const early = await refusal(create(recordsOn(tables)));
    await create(recordsOn(tables, { clock: { now: () => now + 60_000, timer: () => () => undefined } }));

    expect(early).toMatchObject({ name: 'DuplicateRecord' });
    expect(await tables.get(TABLE, name)).toMatchObject({ uuid: 'n-1' });
  });

  it('of the host and hypervisor of a destroyed one is made', async () => {
    const { tables } = memoryTables();
    const records = recordsOn(tables);
    await create(records);
    await destroy(records);

    await create(records, { uuid: 'n-2' });

    expect(await stored(tables, 'n-2')).toMatchObject({ id: 2, deleted: false });
  });

  it('is not deleted by the host that had it before', async () => {
    const { tables } = memoryTables();
    await create(recordsOn(tables));
    await tables.update(TABLE, computeNodeKey('n-1'), { set: { host: 'host2' } });

    const errors = [
      await refusal(destroy(recordsOn(tables))),
      await refusal(destroy(recordsOn(tables, { hosts: ['host1'] }))),
    ];

    expect(errors.map(({ name, message }) => `${name}: ${message}`)).toEqual(
      Array.from({ length: 2 }, () => 'ObjectActionError: Object action destroy failed because: host changed'),
    );
    expect(await stored(tables, 'n-1')).toMatchObject({ deleted: false });
  });

  it('given to a host that has one of the same hypervisor is a duplicate', async () => {
    const { tables } = memoryTables();
    const records = recordsOn(tables);
    await create(records);
    await create(records, { uuid: 'n-2', host: 'host2' });
    const moved = ComputeNode.load({ id: 2, ...NODE, uuid: 'n-2', host: 'host2' }).set('host', 'host1');

    const error = await refusal(callMethod(records, moved, 'save'));

    expect(error).toMatchObject({ name: 'DuplicateRecord' });
    expect(await stored(tables, 'n-2')).toMatchObject({ host: 'host2' });
  });
});

/** Records that remember the nodes that they reported gone. */
const reportingRecords = (tables: Tables, writer: string) => {
  const items: Item[] = [];
  const records = recordsOn(tables, { writer, written: (item) => items.push(item) });
  return { records, uuids: () => items.filter((item) => item['deleted'] === true).map((item) => item['uuid']) };
};

describe('what is destroyed is reported', () => {
  it('of a node, and again when the call is repeated', async () => {
    const { tables } = memoryTables();
    await create(recordsOn(tables));
    const [first, repeat, other] = [
      reportingRecords(tables, 'm-1'),
      reportingRecords(tables, 'm-1'),
      reportingRecords(tables, 'm-2'),
    ];

    await destroy(first.records);
    await destroy(repeat.records);
    const error = await refusal(destroy(other.records));

    expect([first.uuids(), repeat.uuids(), other.uuids()]).toEqual([['n-1'], ['n-1'], []]);
    expect(error).toMatchObject({ name: 'ComputeHostNotFound' });
  });

  it('of the nodes of a service, and again when the call is repeated', async () => {
    const { tables } = memoryTables();
    await create(recordsOn(tables));
    await tables.put(TABLE, { ...serviceKey('host1', 'nova-compute'), id: 1, host: 'host1', binary: 'nova-compute' });
    const service = Service.load({ id: 1, host: 'host1', binary: 'nova-compute' });
    const [first, repeat] = [reportingRecords(tables, 'm-1'), reportingRecords(tables, 'm-1')];

    await callMethod(first.records, service, 'destroy');
    await callMethod(repeat.records, service, 'destroy');

    expect([first.uuids(), repeat.uuids()]).toEqual([['n-1'], ['n-1']]);
  });
});
