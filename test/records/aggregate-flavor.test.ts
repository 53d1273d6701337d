import { describe, expect, it } from 'vitest';
import { Aggregate } from '#objects/api/aggregate';
import { Flavor } from '#objects/api/flavor';
import { fieldsOf, objectsOf } from '#wire/reading';
import { memoryTables } from '../fixtures/tables.ts';
import { refusal } from '../fixtures/refusal.ts';
import { callClass, callMethod, CONTEXT, recordsOn } from '../fixtures/records.ts';

const TINY = { name: 'm1.tiny', flavorid: '1', memory_mb: 512, vcpus: 1, root_gb: 1, ephemeral_gb: 0 };

/** A name that users may choose, and that JavaScript gives a meaning of its own. */
const ODD_NAME: Readonly<Record<string, string>> = Object.fromEntries([['__proto__', 'a']]);

describe('Aggregate', () => {
  it('lists the aggregates of a host by a key of their metadata', async () => {
    const records = recordsOn(memoryTables().tables);
    await callMethod(records, Aggregate.make({ name: 'zone', metadata: { availability_zone: 'az1' } }), 'create');
    await callMethod(records, Aggregate.load({ id: 1 }), 'add_host', { host: 'host1' });

    const list = await callClass(records, 'AggregateList', 'get_by_host', 'host1', 'availability_zone');

    expect(list).toHaveProperty(['nova_object.data', 'objects', 'length'], 1);
    expect(list).toHaveProperty(['nova_object.data', 'objects', 0, 'nova_object.data', 'hosts'], ['host1']);
  });

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    'is found by metadata named %s where it has such metadata alone',
    async (key) => {
      const records = recordsOn(memoryTables().tables);
      const metadata = Object.fromEntries([[key, 'a']]);
      await callMethod(records, Aggregate.make({ name: 'without', metadata: { b: '1' } }), 'create');
      await callMethod(records, Aggregate.make({ name: 'with', metadata }), 'create');
      for (const id of [1, 2]) await callMethod(records, Aggregate.load({ id }), 'add_host', { host: 'host1' });

      const lists = [
        await callClass(records, 'AggregateList', 'get_by_host', 'host1', key),
        await callClass(records, 'AggregateList', 'get_by_metadata_key', key),
        await callClass(records, 'AggregateList', 'get_by_metadata', key),
      ];

      const names = lists.map((list) => objectsOf(list).map((each) => fieldsOf(each)['name']));
      expect(names).toEqual([['with'], ['with'], ['with']]);
    },
  );

  it('a null takes an entry of the metadata away', async () => {
    const records = recordsOn(memoryTables().tables);
    await callMethod(records, Aggregate.make({ name: 'zone', metadata: { a: '1', b: '2' } }), 'create');

    const answer = await callMethod(records, Aggregate.load({ id: 1 }), 'update_metadata', { updates: { a: null } });

    expect(answer).toMatchObject([{ metadata: { b: '2' } }, null]);
  });

  it('keeps metadata by the name of __proto__ when other metadata is changed', async () => {
    const records = recordsOn(memoryTables().tables);
    await callMethod(records, Aggregate.make({ name: 'zone', metadata: { ...ODD_NAME, b: '2' } }), 'create');

    await callMethod(records, Aggregate.load({ id: 1 }), 'update_metadata', { updates: { b: null } });

    const stored = await callClass(records, 'Aggregate', 'get_by_id', 1);
    expect(JSON.stringify(stored)).toContain('"metadata":{"__proto__":"a"}');
  });
});

describe('Flavor', () => {
  it('is found by id, name and flavorid with its extra specs', async () => {
    const records = recordsOn(memoryTables().tables);
    await callMethod(records, Flavor.make({ ...TINY, extra_specs: { 'hw:numa_nodes': '1' } }), 'create');

    const byId = await callClass(records, 'Flavor', 'get_by_id', 1);

    expect(byId).toHaveProperty(['nova_object.data', 'extra_specs'], { 'hw:numa_nodes': '1' });
    expect(await callClass(records, 'Flavor', 'get_by_name', 'm1.tiny')).toEqual(byId);
    expect(await callClass(records, 'Flavor', 'get_by_flavor_id', '1')).toEqual(byId);
  });

  it('keeps an extra spec by the name of __proto__ when others are changed', async () => {
    const records = recordsOn(memoryTables().tables);
    await callMethod(records, Flavor.make({ ...TINY, extra_specs: { ...ODD_NAME, b: '2' } }), 'create');

    await callMethod(records, Flavor.load({ id: 1 }), 'save_extra_specs', { to_add: null, to_delete: ['b'] });

    const stored = await callClass(records, 'Flavor', 'get_by_id', 1);
    expect(JSON.stringify(stored)).toContain('"extra_specs":{"__proto__":"a"}');
  });

  it('that is not public is for its projects alone', async () => {
    const { tables } = memoryTables();
    const records = recordsOn(tables);
    await callMethod(records, Flavor.make({ ...TINY, is_public: false, projects: ['p-blue'] }), 'create');
    const unknownSender = recordsOn(tables, { context: { ...CONTEXT, project_id: 'p-red' } });

    const error = await refusal(callClass(unknownSender, 'Flavor', 'get_by_id', 1));

    expect(error).toMatchObject({ name: 'FlavorNotFound' });
    expect(await callClass(records, 'Flavor', 'get_by_id', 1)).toHaveProperty(['nova_object.data', 'name'], 'm1.tiny');
  });
});
