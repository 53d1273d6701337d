import { expect, it } from 'vitest';
import { Aggregate } from '#objects/api/aggregate';
import { Flavor } from '#objects/api/flavor';
import { fromPrimitive } from '#objects/versioned/from-primitive';
import { registry } from '#objects/registry';
import type { AnyObject } from '#objects/versioned/any-object';
import type { Json } from '#ports/json';
import { fieldsOf, textsOf } from '#wire/reading';
import { ManualClock } from '../fixtures/manual-clock.ts';
import { callClass, callMethod, recordsOn, storedInstance, UUID } from '../fixtures/records.ts';
import { memoryTables } from '../fixtures/tables.ts';

const NAMES = ['a', 'b', 'c'];

const object = (value: Json): AnyObject => fromPrimitive(value, registry);

it('hosts that are put into an aggregate at the same time are all in it', async () => {
  const records = recordsOn(memoryTables().tables);
  await callMethod(records, Aggregate.make({ name: 'rack', metadata: {} }), 'create');
  const rack = object(await callClass(records, 'Aggregate', 'get_by_id', 1));

  await Promise.all(NAMES.map((host) => callMethod(records, rack, 'add_host', { host })));

  const hosts = fieldsOf(await callClass(records, 'Aggregate', 'get_by_id', 1))['hosts'];
  expect(new Set(textsOf(hosts))).toEqual(new Set(NAMES));
});

it('projects that are let to a flavor at the same time all have it', async () => {
  const records = recordsOn(memoryTables().tables);
  const made = Flavor.make({ name: 'f', flavorid: 'f', vcpus: 1, memory_mb: 1, root_gb: 1, ephemeral_gb: 0 });
  await callMethod(records, made, 'create');
  const flavor = object(await callClass(records, 'Flavor', 'get_by_id', 1));

  await Promise.all(NAMES.map((project_id) => callMethod(records, flavor, 'add_access', { project_id })));

  const answer = await callMethod(records, flavor, '_load_projects');
  expect(JSON.stringify(answer)).toContain(JSON.stringify(NAMES));
});

it('tags that are given to a server at the same time are all there', async () => {
  const records = recordsOn(memoryTables().tables);
  await storedInstance(records);
  const tagged = NAMES.map((tag) =>
    object({
      'nova_object.name': 'Tag',
      'nova_object.namespace': 'nova',
      'nova_object.version': '1.1',
      'nova_object.data': { resource_id: UUID, tag },
    }),
  );

  await Promise.all(tagged.map((tag) => callMethod(records, tag, 'create')));
  await Promise.all(['a', 'b'].map((name) => callClass(records, 'Tag', 'destroy', UUID, name)));

  const left = fieldsOf(await callClass(records, 'TagList', 'get_by_resource_id', UUID))['objects'];
  expect([left].flat().map((tag) => fieldsOf(tag ?? null)['tag'])).toEqual(['c']);
});

it.each([
  ['Aggregate', () => Aggregate.make({ name: 'rack', metadata: {} })],
  ['Flavor', () => Flavor.make({ name: 'f', flavorid: 'f', vcpus: 1, memory_mb: 1, root_gb: 1, ephemeral_gb: 0 })],
] as const)('a message that makes an %s is delivered twice, and makes one', async (name, make) => {
  const { tables } = memoryTables();
  const records = recordsOn(tables, { writer: 'message-1' });

  const made = await callMethod(records, make(), 'create');
  const again = await callMethod({ ...records, clock: new ManualClock() }, make(), 'create');
  const other = await callMethod({ ...records, writer: 'message-2' }, make(), 'create');

  const list = fieldsOf(await callClass(records, `${name}List`, 'get_all'))['objects'];
  expect([made, again, other]).toMatchObject([
    [{ id: 1 }, null],
    [{ id: 1 }, null],
    [{ id: 2 }, null],
  ]);
  expect(list).toHaveLength(2);
});
