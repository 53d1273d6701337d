import { describe, expect, test } from 'vitest';
import type { Json, JsonMap, WireObject } from '#ports/json';
import { newRecords } from '#operations/new-records';
import { isoSeconds } from '#conductor/time';
import { API, quotaKey } from '#records/keys';
import { fieldsOf, plainText, wireOf } from '#wire/reading';
import { newObject, setFields } from '#wire/wire';
import { BuildWorld } from '../../fixtures/build-world.ts';
import { leftOver } from '../../fixtures/ledger.ts';
import { outcomeOf } from '../../fixtures/recorded-servers.ts';

/** A world in which the API has recorded the build requests of so many servers, and what it casts. */
async function recorded(servers: number) {
  const world = await BuildWorld.boot({ scheduler: () => [['host1']] });
  const { context, args, uuids } = world.request(servers);
  const now = isoSeconds(world.clock.now());
  const { request_spec: specs, build_requests: requests, ...rest } = args;
  for (const [at, uuid] of uuids.entries()) {
    const [build_request, request_spec] = [requests[at], specs[at]];
    if (build_request === undefined || request_spec === undefined) throw new Error('a request has no parts');
    await world.services.tables.transact(await newRecords(world.services, { uuid, build_request, request_spec }, now));
  }
  const sent: JsonMap = { ...rest, build_requests: [...requests], request_specs: [...specs] };
  const cast = async (changes: JsonMap, asker: JsonMap = {}): Promise<void> => {
    const by = { ...context, ...asker };
    await world.client.cast('schedule_and_build_instances', '1.17', { ...sent, ...changes }, by);
    await world.end();
  };
  return { world, uuids, cast, specs, requests };
}

const files: Json = Array.from({ length: 5 }, (_, at) => [`/file${at}`, 'x'.repeat(65_000)]);

const volumeId = (at: number): string => `33333333-aaaa-4aaa-8aaa-${String(at).padStart(12, '0')}`;

const nameless = (request: WireObject): WireObject => setFields(request, { instance_uuid: null });

describe('a build that is refused for good', () => {
  test.each<[string, JsonMap, RegExp]>([
    ['brings more files than can be kept', { injected_files: files }, /more than the 290000 that can be kept/u],
    ['has an argument of another type', { admin_password: 7 }, /admin_password/u],
    ['has an argument that nobody knows', { colour: 'red' }, /colour/u],
    ['has no request spec', { request_specs: [] }, /request_specs/u],
  ])('because it %s ends its servers in error with the reason', async (_title, changes, reason) => {
    const { world, uuids, cast } = await recorded(2);

    await cast(changes);

    for (const uuid of uuids)
      expect(outcomeOf(world, uuid)).toEqual({
        states: ['error', null],
        faults: [expect.stringMatching(reason)],
        buildRequest: undefined,
      });
    expect(world.notifications('compute_task.build_instances')).toHaveLength(2);
    expect(world.platform.queues.messages('compute-task-dlq')).toHaveLength(1);
    expect((await leftOver(world)).filter((line) => !line.startsWith('compute-task-dlq holds'))).toEqual([]);
  });

  test.each(['vcpus', 'extra_specs', 'swap'])(
    'because its flavor has no %s ends its servers in error with the reason',
    async (name) => {
      const { world, uuids, cast, specs, requests } = await recorded(2);
      const bare = (object: WireObject): WireObject => {
        const flavor = wireOf(fieldsOf(object)['flavor']);
        if (flavor === undefined) throw new Error('there is no flavor');
        return setFields(object, { flavor: setFields(flavor, { [name]: null }) });
      };
      const bareInstance = (request: WireObject): WireObject => {
        const instance = wireOf(fieldsOf(request)['instance']);
        if (instance === undefined) throw new Error('there is no instance');
        return setFields(request, { instance: bare(instance) });
      };

      await cast({ request_specs: specs.map(bare), build_requests: requests.map(bareInstance) });

      for (const uuid of uuids)
        expect(outcomeOf(world, uuid)).toEqual({
          states: ['error', null],
          faults: [expect.stringContaining(`\`${name}' cannot be None`)],
          buildRequest: undefined,
        });
      expect((await leftOver(world)).filter((line) => !line.startsWith('compute-task-dlq holds'))).toEqual([]);
    },
  );

  test('because it has fewer specs than build requests loses none of them', async () => {
    const { world, uuids, cast, specs } = await recorded(3);

    await cast({ request_specs: specs.slice(0, 1) });

    expect(uuids.map((uuid) => outcomeOf(world, uuid).states)).toEqual(uuids.map(() => ['error', null]));
    expect(uuids.flatMap((uuid) => outcomeOf(world, uuid).faults)).toEqual(
      uuids.map(() => expect.stringContaining('3 and 1')),
    );
  });

  test.each<[string, (of: Awaited<ReturnType<typeof recorded>>) => JsonMap]>([
    [
      'a build request without a uuid',
      ({ requests: [first, ...rest] }) => ({ build_requests: [...(first ? [nameless(first)] : []), ...rest] }),
    ],
    [
      'build requests without uuid and instance',
      ({ requests }) => ({
        build_requests: requests.map((request) => setFields(nameless(request), { instance: null })),
      }),
    ],
    ['a build request that is none', ({ requests }) => ({ build_requests: [null, ...requests.slice(1)] })],
    ['fewer build requests than specs', ({ requests }) => ({ build_requests: requests.slice(2) })],
    ['no build requests', () => ({ build_requests: [] })],
    ['no list of build requests', () => ({ build_requests: null })],
    [
      'specs without a flavor',
      ({ specs }) => ({ request_specs: specs.map((spec) => setFields(spec, { flavor: null })) }),
    ],
  ])('because it has %s ends every server that it names in error', async (_title, changes) => {
    const of = await recorded(3);

    await of.cast(changes(of));

    expect(of.uuids.map((uuid) => outcomeOf(of.world, uuid))).toEqual(
      of.uuids.map(() => ({ states: ['error', null], faults: [expect.any(String)], buildRequest: undefined })),
    );
    expect((await leftOver(of.world)).filter((line) => !line.startsWith('compute-task-dlq holds'))).toEqual([]);
  });

  test.each<[string, number, JsonMap, JsonMap]>([
    ['devices with long texts', 60, { connection_info: 'x'.repeat(6000) }, {}],
    ['more devices than can be kept', 400, { connection_info: 'x'.repeat(500) }, {}],
    [
      'more networks than can be kept',
      2,
      {},
      { requested_networks: newObject('NetworkRequestList', '1.1', { objects: [], tag: 'x'.repeat(300_000) }) },
    ],
  ])('because it has %s leaves each server the volumes of its devices', async (_title, count, fields, more) => {
    const { world, uuids, cast } = await recorded(1);
    const devices = Array.from({ length: count }, (_, at) =>
      newObject('BlockDeviceMapping', '1.20', {
        source_type: 'volume',
        destination_type: 'volume',
        volume_id: volumeId(at),
        attachment_id: volumeId(at + 5000),
        delete_on_termination: true,
        ...fields,
      }),
    );

    await cast({ block_device_mapping: newObject('BlockDeviceMappingList', '1.18', { objects: devices }), ...more });

    const [uuid = ''] = uuids;
    const kept = world.beside(uuid, 'block-device#');
    expect(outcomeOf(world, uuid).states).toEqual(['error', null]);
    expect(kept.map(({ volume_id }) => plainText(volume_id)).toSorted()).toEqual(
      devices.map((_, at) => volumeId(at)).toSorted(),
    );
    expect(kept[0]).toMatchObject({ destination_type: 'volume', delete_on_termination: true });
    expect(kept[0]?.['attachment_id']).toEqual(expect.any(String));
  });

  test('because it has an argument that nobody knows quotes the request spec that it came with', async () => {
    const { world, cast } = await recorded(1);

    await cast({ colour: 'red' });

    expect(world.notifications('compute_task.build_instances')).toMatchObject([
      { payload: { request_spec: { image: { name: 'demo' } } } },
    ]);
  });

  test('because it has no request spec counts its server for the project that its build request is recorded with', async () => {
    const { world, cast, requests } = await recorded(1);
    const projectless = requests.map((request) => setFields(request, { project_id: null }));

    await cast({ build_requests: projectless, request_specs: [] }, { project_id: 'of-an-operator' });

    expect(await world.services.tables.get(API, quotaKey('p'))).toMatchObject({ instances: 1 });
    expect(await world.services.tables.get(API, quotaKey('of-an-operator'))).toBeUndefined();
  });

  test('because it asks for nothing is put aside with the reason', async () => {
    const { world, cast } = await recorded(0);

    await cast({ build_requests: [], request_specs: [] });

    expect(world.platform.queues.messages('compute-task-dlq')).toMatchObject([
      { attributes: { reason: expect.stringContaining('0 and 0') } },
    ]);
    expect(await world.executions()).toEqual([]);
  });

  test('leaves no record of servers that nobody has recorded', async () => {
    const world = await BuildWorld.boot();
    const { context, args, uuids } = world.request();

    await world.client.cast('schedule_and_build_instances', '1.17', { ...args, colour: 'red' }, context);
    await world.end();

    expect(uuids.flatMap((uuid) => world.servers(uuid))).toEqual([]);
    expect(world.platform.queues.messages('compute-task-dlq')).toHaveLength(1);
  });
});
