import { describe, expect, test } from 'vitest';
import type { JsonMap, WireObject } from '#ports/json';
import { newObject, setFields } from '#wire/wire';
import { BuildWorld } from '../../fixtures/build-world.ts';
import { leftOver } from '../../fixtures/ledger.ts';
import { outcomeOf, recordServers, sendBuild } from '../../fixtures/recorded-servers.ts';

describe('a build of servers that exist, refused for good', () => {
  test.each<[string, JsonMap]>([
    ['', {}],
    [' and names hosts', { host_lists: [[]] }],
  ])('because its retry names no tries%s ends servers that exist in error', async (_title, changes) => {
    const world = await BuildWorld.boot({ scheduler: () => [['host1']] });
    const servers = await recordServers(world, 1);
    const [uuid = ''] = servers.uuids;

    await sendBuild(world, servers, { filter_properties: { retry: { hosts: [] } }, ...changes });
    await world.end();

    expect(outcomeOf(world, uuid)).toEqual({
      states: ['error', null],
      faults: [expect.stringContaining('filter_properties.retry.num_attempts')],
      buildRequest: undefined,
    });
  });

  test('because an instance has no uuid ends servers that exist in error', async () => {
    const world = await BuildWorld.boot({ scheduler: () => [['host1']] });
    const servers = await recordServers(world, 2);
    const [first, ...others] = servers.args.instances;
    if (first === undefined) throw new Error('two servers are recorded');

    await sendBuild(world, servers, { instances: [setFields(first, { uuid: null }), ...others] });
    await world.end();

    expect(servers.uuids.map((uuid) => outcomeOf(world, uuid))).toEqual(
      servers.uuids.map(() => ({
        states: ['error', null],
        faults: [expect.stringContaining('uuid')],
        buildRequest: undefined,
      })),
    );
  });

  test.each<[string, (uuid: string, spec: WireObject, instances: readonly WireObject[]) => JsonMap]>([
    [
      'an empty list of instances, and a spec that names the server',
      (_, request_spec) => ({ instances: [], request_spec }),
    ],
    [
      'no list of instances, and a spec that names the server',
      (_, request_spec) => ({ instances: null, request_spec }),
    ],
    [
      'an instance that is none, and a spec that names the server',
      (_, request_spec) => ({ instances: [null], request_spec }),
    ],
    [
      'an empty list of instances, and properties of an older spec',
      (uuid) => ({ instances: [], filter_properties: { request_spec: { instance_properties: { uuid } } } }),
    ],
    [
      'an empty list of instances, and devices of the server',
      (uuid) => ({
        instances: [],
        block_device_mapping: [newObject('BlockDeviceMapping', '1.21', { instance_uuid: uuid })],
      }),
    ],
    [
      'hosts to go on with, and no tries',
      (_, request_spec) => ({ filter_properties: { retry: null }, host_lists: [[]], request_spec }),
    ],
    ['no hosts to go on with', (_, request_spec) => ({ host_lists: [], request_spec })],
    [
      'a try that was never made',
      (_, request_spec) => ({ filter_properties: { retry: { num_attempts: 1, hosts: [] } }, request_spec }),
    ],
    [
      'fewer tries than none',
      (_, request_spec) => ({ filter_properties: { retry: { num_attempts: -1, hosts: [] } }, request_spec }),
    ],
    [
      'an instance without a flavor',
      (_uuid, _spec, instances) => ({ instances: instances.map((each) => setFields(each, { flavor: null })) }),
    ],
  ])(
    'of a server that exists, because it has %s, ends the server in error with the reason',
    async (_title, changes) => {
      const world = await BuildWorld.boot({ scheduler: () => [['host1']] });
      const { context, args, uuids } = await recordServers(world, 1);
      const [uuid = ''] = uuids;
      const [named] = world.request(1).args.request_spec;
      if (named === undefined) throw new Error('a request has a spec');

      const given = changes(uuid, setFields(named, { instance_uuid: uuid }), args.instances);
      const sent = { ...args, instances: [...args.instances], host_lists: null, block_device_mapping: null, ...given };
      await world.client.cast('build_instances', '1.19', sent, context);
      await world.end();

      expect(outcomeOf(world, uuid)).toEqual({
        states: ['error', null],
        faults: [expect.stringMatching(/instances|host_lists|flavor/u)],
        buildRequest: undefined,
      });
      expect((await leftOver(world)).filter((line) => !line.startsWith('compute-task-dlq holds'))).toEqual([]);
    },
  );

  test('because nothing of it names a server is put aside with the reason', async () => {
    const world = await BuildWorld.boot();
    const servers = await recordServers(world, 1);

    await sendBuild(world, servers, { instances: [] });
    await world.end();

    expect(world.platform.queues.messages('compute-task-dlq')).toMatchObject([
      { attributes: { reason: expect.stringContaining('instances: an Instance is expected') } },
    ]);
    expect(await world.executions()).toEqual([]);
  });
});
