import { expect, test } from 'vitest';
import type { Json, JsonMap, WireObject } from '#ports/json';
import { API, BUILD_REQUESTS, MAPPINGS } from '#records/keys';
import { wireOf } from '#wire/reading';
import { newObject, setFields } from '#wire/wire';
import { BuildWorld } from '../fixtures/build-world.ts';
import { ExistingServer } from '../fixtures/existing-server.ts';

/** What an API does to records, one call after the other. */
class Api {
  readonly world: BuildWorld;
  readonly command;

  constructor(world: BuildWorld) {
    this.world = world;
    this.command = world.request();
  }

  static async boot(): Promise<Api> {
    return new Api(await BuildWorld.boot());
  }

  /** Calls a method of an object, whose fields count as set just now, and answers the object. */
  async call(object: WireObject, method: string, cell?: string): Promise<WireObject> {
    const { world, command } = this;
    const changed = { ...object, 'nova_object.changes': Object.keys(object['nova_object.data']) };
    const target = cell === undefined ? {} : { cell };
    const calling = world.client.objectAction(command.context, changed, method, {}, target);
    await world.clock.runUntil(calling, 60_000);
    return (await calling).object;
  }

  async callClass(name: string, method: string, args: readonly Json[], cell: string): Promise<void> {
    const { world, command } = this;
    const versions = { TagList: '1.1', Tag: '1.1' };
    const calling = world.client.objectClassAction(command.context, name, method, versions, args, {}, { cell });
    await world.clock.runUntil(calling, 60_000);
    await calling;
  }

  /** The messages of what is done come once more, twelve seconds after `then`. */
  async repeated(work: () => Promise<void>, then: () => Promise<void>): Promise<void> {
    const { clock, platform } = this.world;
    const { queues } = platform;
    const send = queues.send.bind(queues);
    const sent: Parameters<typeof send>[] = [];
    queues.send = async (...given) => {
      if (given[0].endsWith('conductor')) sent.push(given);
      await send(...given);
    };
    await work();
    queues.send = send;
    await then();
    await clock.advance(12_000);
    for (const given of sent) await send(...given);
    await clock.advance(5000);
  }
}

const FLAVOR: JsonMap = { name: 'f', flavorid: 'f', memory_mb: 1, vcpus: 1, root_gb: 0, ephemeral_gb: 0, swap: 0 };

const CELL = newObject('CellMapping', '1.1', { id: 1, uuid: '11111111-1111-4111-8111-111111111111', name: 'cell1' });

/** Records that an API makes. */
const MADE: readonly (readonly [name: string, table: string, of: (api: Api) => WireObject | undefined])[] = [
  ['a build request', BUILD_REQUESTS, ({ command }) => command.args.build_requests[0]],
  ['a request spec', BUILD_REQUESTS, ({ command }) => command.args.request_spec[0]],
  [
    'an instance mapping',
    MAPPINGS,
    ({ command: { uuids } }) =>
      newObject('InstanceMapping', '1.2', { instance_uuid: uuids[0] ?? '', cell_mapping: null, project_id: 'p' }),
  ],
  ['a host mapping', MAPPINGS, () => newObject('HostMapping', '1.0', { host: 'host9', cell_mapping: CELL })],
  ['a flavor', API, () => newObject('Flavor', '1.2', FLAVOR)],
  ['an aggregate', API, () => newObject('Aggregate', '1.3', { name: 'a', metadata: {} })],
  [
    'a server group',
    API,
    () =>
      newObject('InstanceGroup', '1.11', {
        uuid: '99999999-9999-4999-8999-999999999999',
        name: 'g',
        policy: 'affinity',
        project_id: 'p',
        user_id: 'u',
      }),
  ],
];

test.each(MADE)(
  '%s that was deleted is not made again by a repeat of the call that made it',
  async (_name, table, of) => {
    const api = await Api.boot();
    const names = (): string[] =>
      api.world.items(table).flatMap(({ pk, sk }) => (/^(?:counter|usage)/u.test(sk) ? [] : [`${pk} ${sk}`]));
    const before = names();
    let made = of(api);
    if (made === undefined) throw new Error('there is nothing to make');
    const object = made;

    await api.repeated(
      async () => void (made = await api.call(object, 'create')),
      async () => {
        expect(names().length).toBeGreaterThan(before.length);
        await api.call(made ?? object, 'destroy');
      },
    );

    expect(names()).toEqual(before);
  },
);

test('a build request that was renamed twice keeps its last name', async () => {
  const api = await Api.boot();
  const [request] = api.command.args.build_requests;
  if (request === undefined) throw new Error('there is no build request');
  const made = await api.call(request, 'create');
  const rename = async (display_name: string): Promise<void> => {
    const instance = wireOf(made['nova_object.data']['instance']);
    if (instance !== undefined)
      await api.call(setFields(made, { instance: setFields(instance, { display_name }) }), 'save');
  };

  await api.repeated(
    () => rename('one'),
    () => rename('two'),
  );

  expect(JSON.stringify(api.world.items(BUILD_REQUESTS))).toContain('"two"');
});

test.each([
  ['set', [['a']], ['b']],
  ['removed', [], ['b']],
])('tags are those that were set last, although those before are %s again', async (_how, first, last) => {
  const world = await BuildWorld.boot();
  const server = await ExistingServer.build(world);
  const api = new Api(world);
  const [method, args] = first.length === 0 ? (['destroy', []] as const) : (['create', first] as const);

  await api.repeated(
    () => api.callClass('TagList', method, [server.uuid, ...args], server.cell),
    () => api.callClass('TagList', 'create', [server.uuid, last], server.cell),
  );

  expect(world.beside(server.uuid, 'tags').map(({ tags }) => tags)).toEqual([last]);
});

test('a device that took the place of one that is gone is not replaced by it', async () => {
  const world = await BuildWorld.boot();
  const server = await ExistingServer.build(world);
  const api = new Api(world);
  const attach = (volume_id: string): Promise<WireObject> => {
    const place = { source_type: 'volume', destination_type: 'volume', device_name: '/dev/vdb' };
    const device = newObject('BlockDeviceMapping', '1.20', { instance_uuid: server.uuid, volume_id, ...place });
    return api.call(device, 'update_or_create', server.cell);
  };
  let one: WireObject | undefined;

  await api.repeated(
    async () => void (one = await attach('one')),
    async () => {
      if (one !== undefined) await api.call(one, 'destroy', server.cell);
      await attach('two');
    },
  );

  const devices = world.beside(server.uuid, 'block-device#').filter(({ deleted }) => deleted !== true);
  expect(devices.map(({ volume_id }) => volume_id)).toContain('two');
  expect(devices.map(({ volume_id }) => volume_id)).not.toContain('one');
});
