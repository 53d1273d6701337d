import { afterEach, describe, expect, it } from 'vitest';
import type { BuildCommand } from '#local/demo/demo-world';
import { isWireObject } from '#wire/wire';
import type { Json, WireObject } from '#ports/json';
import { fieldsOf, listOf, textOf } from '#wire/reading';
import { BuildWorld, type BuildWorldOptions } from '../fixtures/build-world.ts';
import { leftOver } from '../fixtures/ledger.ts';

const worlds: BuildWorld[] = [];
const boot = async (options: BuildWorldOptions = {}): Promise<BuildWorld> => {
  const world = await BuildWorld.boot(options);
  worlds.push(world);
  return world;
};

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.world.stop();
});

const list = (command: BuildCommand, name: 'build_requests' | 'request_spec'): WireObject[] => [...command.args[name]];

/** The same request with other arguments. */
const having = (command: BuildCommand, args: Partial<BuildCommand['args']>): BuildCommand => ({
  ...command,
  args: { ...command.args, ...args },
});

/** The object with one field changed, however deep it lies. */
function changed(object: WireObject, path: readonly string[], value: Json): WireObject {
  const [name = '', ...rest] = path;
  if (name.startsWith('nova_object.')) return { ...object, [name]: value };
  const data = object['nova_object.data'];
  const inner = data[name];
  return {
    ...object,
    'nova_object.data': {
      ...data,
      [name]: rest.length > 0 && isWireObject(inner) ? changed(inner, rest, value) : value,
    },
  };
}

const states = (world: BuildWorld, uuids: readonly string[]) =>
  uuids.map((uuid) => world.servers(uuid).map(({ cell, item }) => `${cell} ${textOf(item['vm_state'])}`));

const reasons = (world: BuildWorld): string[] =>
  world.platform.queues.messages('compute-task-dlq').map(({ attributes }) => attributes?.['reason'] ?? '');

/** Both requests, the second naming the first one's server before its own. */
const twoRequests = (world: BuildWorld, made: (request: WireObject) => WireObject = (request) => request) => {
  const earlier = world.request(1);
  const later = world.request(1);
  const both = having(later, {
    build_requests: [...list(earlier, 'build_requests').map(made), ...list(later, 'build_requests')],
    request_spec: [...list(earlier, 'request_spec'), ...list(later, 'request_spec')],
  });
  return { earlier, later, both, uuid: earlier.uuids[0] ?? '' };
};

describe('a multi-create whose lists do not fit', () => {
  it.each<['request_spec' | 'build_requests', string]>([
    ['request_spec', '3 and 1'],
    ['build_requests', '1 and 3'],
  ])('is refused whole with its reason when %s is shorter', async (shorter, counts) => {
    const world = await boot();
    const command = world.request(3);

    await world.build(having(command, { [shorter]: list(command, shorter).slice(0, 1) }));

    expect(states(world, command.uuids)).toEqual([[], [], []]);
    expect(reasons(world)).toEqual([expect.stringContaining(counts)]);
  });

  it('builds a server once that is named twice', async () => {
    const world = await boot();
    const command = world.request(2);
    const [first, second] = list(command, 'build_requests');
    const [spec, other] = list(command, 'request_spec');
    if (!first || !second || !spec || !other) throw new Error('two servers are asked for');

    await world.build(having(command, { build_requests: [first, first, second], request_spec: [spec, spec, other] }));

    expect(states(world, command.uuids)).toEqual([
      [expect.stringContaining('active')],
      [expect.stringContaining('active')],
    ]);
    expect(world.orders()).toHaveLength(2);
    expect(await leftOver(world)).toEqual([]);
  });

  it('is refused with its reason when it names no servers', async () => {
    const world = await boot();

    await world.build(having(world.request(1), { build_requests: [], request_spec: [] }));

    expect(await world.executions()).toEqual([]);
    expect(reasons(world)).toEqual([expect.stringContaining('0 and 0')]);
  });
});

describe('a multi-create with a server that exists already', () => {
  it.each([
    ['records made from the message', (request: WireObject) => request],
    ['records made by the API', (request: WireObject) => changed(request, ['id'], 7)],
  ])('leaves it as it is, with its claim, and builds the others: %s', async (_, made) => {
    const world = await boot();
    const { earlier, later, both, uuid } = twoRequests(world, made);
    await world.build(earlier);
    const before = world.server(uuid).item;
    const claims = world.claims(uuid);

    await world.build(both);

    expect(world.server(uuid).item).toEqual(before);
    expect(world.claims(uuid)).toEqual(claims);
    expect(states(world, later.uuids)).toEqual([[expect.stringContaining('active')]]);
    expect(world.orders(uuid)).toHaveLength(1);
    expect(reasons(world)).toEqual([]);
    expect(await leftOver(world)).toEqual([]);
  });

  it('builds it once when both come at the same time', async () => {
    const world = await boot();
    const { earlier, later, both, uuid } = twoRequests(world);
    await world.publish(earlier);
    await world.publish(both);

    await world.end();

    expect(states(world, [uuid, ...later.uuids])).toEqual([
      [expect.stringContaining('active')],
      [expect.stringContaining('active')],
    ]);
    expect(world.orders(uuid)).toHaveLength(1);
    expect(await leftOver(world)).toEqual([]);
  });

  it('leaves it alone when no host can take the others', async () => {
    const world = await boot({
      hosts: [{ host: 'host1', cell: 'cell1', capacity: { vcpus: 1, memoryMb: 1024, diskGb: 10 } }],
    });
    const { earlier, later, both, uuid } = twoRequests(world, (request) => changed(request, ['id'], 7));
    await world.build(earlier);
    const before = world.server(uuid).item;
    // More than the host has beside the first one, whatever it may oversell.
    const huge = list(both, 'request_spec').map((spec) => changed(spec, ['flavor', 'memory_mb'], 1_000_000));

    await world.build(having(both, { request_spec: huge }));

    expect(world.server(uuid)).toEqual({ cell: 'cell1', item: before });
    expect(states(world, later.uuids)).toEqual([['cell0 error']]);
    expect(world.claims(uuid)).toEqual(['host1']);
  });

  it('goes to the dead-letter queue when it has no other server', async () => {
    const world = await boot();
    const earlier = world.request(1);
    await world.build(earlier);
    const again = { ...earlier, context: { ...earlier.context, request_id: 'req-other' } };

    await world.build(again);

    expect(reasons(world)).toEqual([`InstanceExists: Instance ${earlier.uuids[0]} already exists.`]);
    expect(await leftOver(world, { deadLetters: ['compute-task'] })).toEqual([]);
  });
});

describe('a build of servers whose instances have another state than a new one', () => {
  it.each([
    [1, null],
    [2, null],
    [1, 'active'],
    [2, 'active'],
    [2, 'error'],
  ])('has %s of them built, though they say %s', async (count, vm_state) => {
    const world = await boot();
    const command = world.request(count);
    const build_requests = list(command, 'build_requests').map((each) =>
      changed(each, ['instance', 'vm_state'], vm_state),
    );

    await world.build(having(command, { build_requests }));

    expect(states(world, command.uuids)).toEqual(command.uuids.map(() => [expect.stringContaining('active')]));
    expect(world.orders()).toHaveLength(count);
    expect(await leftOver(world)).toEqual([]);
  });
});

describe('a multi-create with a server that cannot be built', () => {
  it('buries the server whose host is mapped to no cell, and builds the others', async () => {
    const world = await boot({ scheduler: () => [['host1'], ['host2'], ['host3']] });
    await world.unmapHost('host2');
    const command = world.request(3);

    await world.build(command);

    expect(states(world, command.uuids)).toEqual([['cell1 active'], ['cell0 error'], ['cell1 active']]);
    expect(world.beside(command.uuids[1] ?? '', 'fault#')).toMatchObject([
      { message: expect.stringContaining('host2') },
    ]);
    expect(await leftOver(world)).toEqual([]);
  });

  it.each([
    ['an instance without a flavor', ['instance', 'flavor'], null],
    ['an instance of another type', ['instance', 'nova_object.name'], 'Cloud'],
    ['the instance of another server', ['instance', 'uuid'], '99999999-9999-4999-8999-999999999999'],
    ['no instance', ['instance'], null],
  ] satisfies [string, string[], Json][])(
    'buries one with %s with a fault, and builds the others',
    async (_, path, value) => {
      const world = await boot();
      const command = world.request(3);
      const requests = list(command, 'build_requests').map((request, at) =>
        at === 1 ? changed(request, path, value) : request,
      );

      await world.build(having(command, { build_requests: requests }));

      const [first, bad, third] = states(world, command.uuids);
      expect([first, third]).toEqual([[expect.stringContaining('active')], [expect.stringContaining('active')]]);
      expect(bad).toEqual(['cell0 error']);
      expect(world.beside(command.uuids[1] ?? '', 'fault#')).toHaveLength(1);
      expect(await leftOver(world)).toEqual([]);
    },
  );

  it('schedules a server of a group that is gone as one without a group', async () => {
    const world = await boot();
    const command = world.request(2);
    const group: WireObject = {
      'nova_object.name': 'InstanceGroup',
      'nova_object.namespace': 'nova',
      'nova_object.version': '1.11',
      'nova_object.data': { uuid: '99999999-9999-4999-8999-999999999999', policies: ['anti-affinity'] },
    };
    const specs = list(command, 'request_spec').map((spec) => changed(spec, ['instance_group'], group));

    await world.build(having(command, { request_spec: specs }));

    expect(states(world, command.uuids).flat()).toHaveLength(2);
    expect(await leftOver(world)).toEqual([]);
  });

  it('buries all with a fault that names the number when they are to have more than 90 devices', async () => {
    const world = await boot();
    const command = world.request(2);
    const [device] = listOf(fieldsOf(command.args.block_device_mapping)['objects']);
    const devices = Array.from({ length: 91 }, () => device ?? null);

    await world.build(
      having(command, { block_device_mapping: changed(command.args.block_device_mapping, ['objects'], devices) }),
    );

    expect(states(world, command.uuids)).toEqual([['cell0 error'], ['cell0 error']]);
    expect(world.beside(command.uuids[0] ?? '', 'fault#')).toMatchObject([
      { code: 400, message: expect.stringContaining('91 devices are more than the 90 that a server may have') },
    ]);
    expect(await leftOver(world)).toEqual([]);
  });
});

describe('a multi-create that cannot be kept', () => {
  it.each([
    ['what all servers share', { injected_files: [['/etc/x', 'x'.repeat(300_000)]] }, 'what all servers share'],
    ['one of its servers', {}, 'what is sent for instance'],
  ])('goes to the dead-letter queue whole, for the size of %s', async (_, args, reason) => {
    const world = await boot();
    const command = world.request(2);
    const requests = list(command, 'build_requests').map((request, at) =>
      at === 1 && reason.includes('instance')
        ? changed(request, ['instance', 'user_data'], 'x'.repeat(300_000))
        : request,
    );

    await world.build(having(command, { build_requests: requests, ...args }));

    expect(reasons(world)).toEqual([expect.stringMatching(`^RequestTooLarge: .*${reason}.*290000`)]);
    expect(states(world, command.uuids)).toEqual([[], []]);
    expect(await leftOver(world, { deadLetters: ['compute-task'] })).toEqual([]);
  });
});
