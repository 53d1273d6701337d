import { describe, expect, it } from 'vitest';
import { absent, equals, exists, not, type Condition } from '#ports/conditions';
import { packedAttributes } from '#ports/packed-attributes';
import type { Item } from '#ports/tables';
import { rejected } from '../fixtures/rejected.ts';
import { NETWORKS, packedServer } from './packing/packed-server.ts';
import { CELL, type TablesBench } from './tables-bench.ts';

/** Packed attributes with short texts. */
const MANY = [
  'availability_zone',
  'display_description',
  'hostname',
  'launched_on',
  'locked_by',
  'os_type',
  'root_device_name',
  'key_name',
];

/** Items of which much lies packed in one attribute, or deflated. */
export const packedContract = (bench: TablesBench): void => {
  const stored = async (more: Record<string, null | string> = {}): Promise<Item> => {
    const item = packedServer(`server-${bench.fresh()}`, more);
    await bench.tables.put(CELL, item);
    return item;
  };

  describe('servers', () => {
    it('come back as they were put, by key, in a batch and by their host', async () => {
      const host = bench.fresh();
      const item = await stored({ by_host: host, by_host_sort: 'instance#1' });

      const read = await bench.tables.get(CELL, item);
      const [batched] = await bench.tables.batchGet([{ table: CELL, key: item }]);
      const { items } = await bench.tables.query(CELL, { index: 'by-host', partition: host });

      expect([read, batched, ...items]).toEqual([item, item, item]);
    });

    it('have what was changed since instead of what is packed', async () => {
      const item = await stored();
      const set = { display_name: 'other', system_metadata: { image_min_ram: '1', boot_roles: 'member' } };

      const { item: after } = await bench.tables.update(CELL, item, { set: { ...set, vm_state: 'stopped' } });

      expect(after).toEqual({ ...item, ...set, vm_state: 'stopped' });
      expect(await bench.tables.get(CELL, item)).toEqual(after);
    });

    it('have null where a packed attribute was removed', async () => {
      const item = await stored();

      const { item: after } = await bench.tables.update(CELL, item, { remove: ['network_info', 'task_state'] });

      const { task_state: _none, ...rest } = item;
      expect(after).toEqual({ ...rest, network_info: null });
      expect(await bench.tables.get(CELL, item)).toEqual(after);
    });

    it('are packed when an update makes them, and answer a repeat', async () => {
      const { pk, sk, ...set } = packedServer(`server-${bench.fresh()}`);

      const first = await bench.tables.update(CELL, { pk, sk }, { set, writer: 'm1' }, absent);
      const again = await bench.tables.update(CELL, { pk, sk }, { set, writer: 'm1' }, absent);

      expect(first).toEqual({ item: { pk, sk, ...set }, repeated: false });
      expect(again).toEqual({ item: first.item, repeated: true });
    });

    it('with few attributes are as they were put', async () => {
      const item = {
        pk: `instance#${bench.fresh()}`,
        sk: 'instance',
        uuid: 'u',
        display_name: 'vm',
        vm_state: 'active',
      };

      await bench.tables.put(CELL, item);

      expect(await bench.tables.get(CELL, item)).toEqual(item);
    });

    it('are changed and made by transactions', async () => {
      const item = await stored();
      const other = packedServer(`server-${bench.fresh()}`);

      await bench.tables.transact([
        { kind: 'update', table: CELL, key: item, update: { set: { hidden: true }, remove: ['metadata'] } },
        { kind: 'put', table: CELL, item: other, condition: absent },
      ]);

      const read = await bench.tables.batchGet([item, other].map((key) => ({ table: CELL, key })));
      expect(read).toEqual([{ ...item, hidden: true, metadata: null }, other]);
    });

    it('are compared by the networks that they have, packed or changed', async () => {
      const item = await stored();
      const save = (text: string) =>
        bench.tables.update(CELL, item, { set: { network_info: text } }, not(equals('network_info', text))).then(
          () => 'saved',
          ({ name }: Error) => name,
        );

      const saved: string[] = [];
      for (const text of [NETWORKS, '[]', '[]', NETWORKS, NETWORKS]) saved.push(await save(text));

      expect(saved).toEqual(['ConditionFailed', 'saved', 'ConditionFailed', 'saved', 'ConditionFailed']);
    });

    it('have networks until these are removed', async () => {
      const item = await stored();
      const has = { kind: 'check', table: CELL, key: item, condition: not(equals('network_info', null)) } as const;

      await bench.tables.transact([has]);
      await bench.tables.update(CELL, item, { remove: ['network_info'] });

      expect(await rejected(bench.tables.transact([has]))).toMatchObject({ name: 'TransactionRefused' });
    });

    it('are not looked at by a condition on anything else that is packed', async () => {
      const item = await stored();

      const error = await rejected(bench.tables.update(CELL, item, { set: { locked: true } }, equals('locked', false)));

      expect(error).toBeInstanceOf(TypeError);
      expect(await bench.tables.get(CELL, item)).toEqual(item);
    });

    it('are folded in a second request once what was changed costs a unit more', async () => {
      const item = await stored({ 'op:launch:owner': 'x'.repeat(500) });
      const set = Object.fromEntries(MANY.map((name) => [name, 'some text '.repeat(4)]));
      const before = bench.requests.length;

      await bench.tables.update(CELL, item, { set, remove: ['network_info'] }, exists);
      const folded = bench.requests.slice(before);
      await bench.tables.update(CELL, item, { set: { locked: true } }, exists);

      expect(folded).toEqual(['UpdateItem', 'UpdateItem']);
      expect(bench.requests.slice(before)).toEqual([...folded, 'UpdateItem']);
      expect(await bench.tables.get(CELL, item)).toEqual({ ...item, ...set, network_info: null, locked: true });
    });
  });

  describe('documents of requests', () => {
    it.each([
      ['a sealed text', 'kms2.YQ==.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCU='],
      ['a text that only looks like one', 'kms2.YR==.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCU='],
      ['a plain text', 'words and words and words and words and words and words'],
      ['a short one', 'sealed'],
      ['none', ''],
    ])('with %s come back as they were put and changed', async (_what, sealed) => {
      const item = sealedDocument(bench.fresh(), sealed);
      await bench.tables.put(CELL, item);
      const set = { selections: [{ host: 'host2' }], reserved: { cores: 1 } };

      const read = await bench.tables.get(CELL, item);
      const { item: after } = await bench.tables.update(CELL, item, { set }, equals('reserved', null));

      expect([read, after]).toEqual([item, { ...item, ...set }]);
    });

    it('are compared by whether there is something', async () => {
      const item = sealedDocument(bench.fresh(), 'sealed');
      await bench.tables.put(CELL, item);
      const change = (condition: Condition) => rejected(bench.tables.update(CELL, item, { set: { a: 1 } }, condition));

      const errors = [await change(not(equals('selections', null))), await change(not(equals('sealed', 'sealed')))];

      expect(errors).toEqual([undefined, expect.any(TypeError)]);
    });
  });

  it('compute nodes come back as they were made and saved', async () => {
    const key = { pk: `compute-node#${bench.fresh()}`, sk: 'compute-node' };
    const facts = Object.fromEntries([...(packedAttributes(key) ?? [])].map((name) => [name, null]));
    const set = { ...facts, uuid: 'node', vcpus: 4, host: 'host1', stats: { failed_builds: '0' } };
    const saved = { vcpus: 8, memory_mb_used: 512, stats: { failed_builds: '1' } };

    const { item: made } = await bench.tables.update(CELL, key, { set, writer: 'm1' }, absent);
    const { item: after } = await bench.tables.update(CELL, key, { set: saved, writer: 'm2' }, equals('host', 'host1'));

    expect([made, after]).toEqual([
      { ...key, ...set },
      { ...key, ...set, ...saved },
    ]);
    expect(await bench.tables.get(CELL, key)).toEqual(after);
  });
};

const sealedDocument = (name: number | string, sealed: string): Item => ({
  pk: `request#${name}`,
  sk: 'document',
  sealed,
  selections: [{ host: 'host1' }],
  reserved: null,
});
