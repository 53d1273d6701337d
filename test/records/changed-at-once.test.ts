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
import { refusal } from '../fixtures/refusal.ts';
import { memoryTables } from '../fixtures/tables.ts';

const NAMES = ['a', 'b', 'c'];

const aggregateNamed = (name: string): AnyObject => Aggregate.make({ name, metadata: {} });

const flavorNamed = (name: string, flavorid = name): AnyObject =>
  Flavor.make({ name, flavorid, vcpus: 1, memory_mb: 1, root_gb: 1, ephemeral_gb: 0 });

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
  ['Aggregate', aggregateNamed],
  ['Flavor', flavorNamed],
] as const)('a message that makes an %s is delivered twice, and makes one', async (name, make) => {
  const { tables } = memoryTables();
  const records = recordsOn(tables, { writer: 'message-1' });

  const made = await callMethod(records, make('rack'), 'create');
  const again = await callMethod({ ...records, clock: new ManualClock() }, make('rack'), 'create');
  const other = await callMethod({ ...records, writer: 'message-2' }, make('row'), 'create');

  const list = fieldsOf(await callClass(records, `${name}List`, 'get_all'))['objects'];
  expect([made, again, other]).toMatchObject([
    [{ id: 1 }, null],
    [{ id: 1 }, null],
    [{ id: 2 }, null],
  ]);
  expect(list).toHaveLength(2);
});

it.each([
  ['AggregateNameExists', 'Aggregate rack already exists.', aggregateNamed],
  ['FlavorIdExists', 'Flavor with ID rack already exists.', (name: string) => flavorNamed(`${name}-2`, name)],
  ['FlavorExists', 'Flavor with name rack already exists.', (name: string) => flavorNamed(name, `${name}-2`)],
])('a second record of a name is refused with %s, until the first is gone', async (name, message, make) => {
  const { tables } = memoryTables();
  const records = recordsOn(tables);
  const first = name === 'AggregateNameExists' ? aggregateNamed('rack') : flavorNamed('rack');
  await callMethod(records, first, 'create');

  const error = await refusal(callMethod(records, make('rack'), 'create'));
  await callMethod(records, first.type.load({ id: 1 }), 'destroy');
  const again = await callMethod(records, make('rack'), 'create');

  expect(error).toMatchObject({ name, message });
  expect(again).toMatchObject([{ id: 2 }, null]);
});

it('of two aggregates, or flavors, that are made under one name at the same time, one is refused', async () => {
  const records = recordsOn(memoryTables().tables);

  const aggregates = await Promise.allSettled(NAMES.map(() => callMethod(records, aggregateNamed('rack'), 'create')));
  const flavors = await Promise.allSettled(NAMES.map((each) => callMethod(records, flavorNamed('f', each), 'create')));

  expect(aggregates.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(flavors.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

it('an aggregate is not renamed to what another is called; the name that it had is free again', async () => {
  const records = recordsOn(memoryTables().tables);
  for (const name of ['rack', 'row']) await callMethod(records, aggregateNamed(name), 'create');
  const named = async (name: string) => {
    const row = object(await callClass(records, 'Aggregate', 'get_by_id', 2));
    row.assign('name', name);
    return row;
  };

  const error = await refusal(callMethod(records, await named('rack'), 'save'));
  await callMethod(records, await named('aisle'), 'save');
  const former = await callMethod(records, aggregateNamed('row'), 'create');

  expect(error).toMatchObject({ name: 'AggregateNameExists' });
  expect(fieldsOf(await callClass(records, 'Aggregate', 'get_by_id', 2))['name']).toBe('aisle');
  expect(former).toMatchObject([{ id: 3 }, null]);
});
