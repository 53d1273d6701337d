import { beforeEach, describe, expect, it } from 'vitest';
import { memoryNetworkPorts } from '#adapters/memory/network-ports';
import { AcceleratorRequestOpFailed } from '#errors';
import { bindDevices, devicesInPlace, releaseDevices } from '#operations/accelerator-requests';
import type { Accelerators } from '#ports/accelerators';
import type { Json } from '#ports/json';
import { fieldsOf, listOf, objectsOf } from '#wire/reading';
import { arqKey, REQUESTS } from '#records/keys';
import { ARQS_ASKED } from '#records/operation';
import { CONTEXT } from '../fixtures/records.ts';
import { rejected } from '../fixtures/rejected.ts';
import { flavor } from '../fixtures/request-spec.ts';
import { watching } from '../fixtures/watching.ts';
import { existing, networks, port, PORT, question, record, service, withProfile } from './accelerated.ts';

let world: Awaited<ReturnType<typeof service>>;
beforeEach(async () => {
  world = await service();
});

const arqsIn = (requestedNetworks: Json) =>
  listOf(fieldsOf(requestedNetworks)['objects']).map((request) => fieldsOf(request)['arq_uuid']);

describe('the devices of a server', () => {
  it('are made and bound at its host by the providers that meet its groups', async () => {
    const { accelUuids } = await bindDevices(world, question);

    expect(accelUuids).toEqual(world.made);
    expect(await world.bound()).toEqual(accelUuids.map((uuid) => [uuid, 'node1', 'A']));
    expect(accelUuids).toHaveLength(2);
  });

  it('are those that are bound already when they are asked for again', async () => {
    const asked = { ...question, requestedNetworks: networks(PORT) };
    const first = await bindDevices(world, asked);

    expect(await bindDevices(world, asked)).toEqual(first);
    expect(world.made).toHaveLength(3);
  });

  it('are named by the same ports again where several ask for the same of one provider', async () => {
    const asked = {
      ...question,
      item: withProfile('nic'),
      mapping: { device_profile_0: ['A'], device_profile_0port1: ['A'], device_profile_0port2: ['A'] },
      requestedNetworks: networks(PORT, { ...PORT, port_id: 'port2' }),
    };
    world.accelerators.addDevices('A', 3);
    const first = await bindDevices(world, asked);

    expect(await bindDevices(world, asked)).toEqual(first);
    expect(arqsIn(first.requestedNetworks)).toEqual(first.accelUuids.slice(1));
  });

  const WITH_PORT = { ...question, requestedNetworks: networks(PORT) };
  const OTHER = { device_profile_0: ['B'], device_profile_1: ['A'] };

  it.each([
    ['of another host', { ...question, node: 'node0' }, question],
    ['of another provider', { ...question, mapping: OTHER }, question],
    ['of another profile', { ...question, item: withProfile('nic') }, { ...question, item: withProfile('gpu') }],
    ['of more than is asked for', WITH_PORT, question],
    ['of less than is asked for', { ...WITH_PORT, item: record(flavor()) }, WITH_PORT],
  ])('are made anew in place of those %s', async (_title, before, asked) => {
    await bindDevices(world, before);
    const stale = [...world.made];

    const { accelUuids } = await bindDevices(world, asked);

    expect(accelUuids.filter((uuid) => stale.includes(uuid))).toEqual([]);
    expect((await world.bound()).map(([uuid]) => uuid)).toEqual(accelUuids);
  });

  it.each([
    ['nothing asks for any', flavor(), networks({ port_id: 'port1' })],
    ['a profile names no port', flavor(), networks({ device_profile: 'nic' })],
    ['no network was asked for', flavor(), null],
  ])('are none where %s', async (_title, asked, requestedNetworks) => {
    const devices = await bindDevices(world, { ...question, item: record(asked), requestedNetworks });

    expect(devices).toEqual({ accelUuids: [], requestedNetworks });
    expect(world.made).toEqual([]);
  });

  it('are looked for where an answer was lost, but for those that another server has taken', async () => {
    const [own] = await world.accelerators.create(CONTEXT, 'nic');
    const [others] = await world.accelerators.create(CONTEXT, 'nic');
    await world.tables.put(REQUESTS, { ...arqKey(others?.uuid ?? ''), taken_for: 'u2' });
    const item = { ...question.item, [ARQS_ASKED]: 'nic' };

    await bindDevices(world, { ...question, item });

    expect(world.deleted).toEqual([own?.uuid]);
  });

  it('are deleted where nobody says any more which provider meets a group', async () => {
    await bindDevices(world, question);

    const error = await rejected(bindDevices(world, { ...question, mapping: {} }));

    expect(error).toMatchObject({ name: 'KeyError' });
    expect(world.accelerators.all()).toEqual([]);
  });

  it('are none where nothing asks for any, and no accelerator service is named', async () => {
    const { accelerators: _named, ...bare } = world;

    const devices = await bindDevices(bare, { ...question, item: record(flavor()) });

    expect(devices.accelUuids).toEqual([]);
  });

  it('fail the server where the deployment names no accelerator service', async () => {
    const error = await rejected(bindDevices({ clock: world.clock, log: world.log, tables: world.tables }, question));

    expect(error).toMatchObject({
      name: 'AcceleratorRequestOpFailed',
      params: { op: 'create', msg: expect.stringMatching(/fpga.*no accelerator service/u) },
    });
  });

  it.each([
    ['nobody says which provider meets a group', { mapping: { device_profile_0: ['A'] } }, 'KeyError', /profile_1'$/u],
    [
      'a provider has no device left',
      { mapping: { device_profile_0: ['C'], device_profile_1: ['A'] } },
      'AcceleratorRequestBindingFailed',
      /C/u,
    ],
    [
      'a port asks for two',
      { item: record(flavor()), requestedNetworks: networks({ port_id: 'port1', device_profile: 'wide' }) },
      'AcceleratorRequestOpFailed',
      /create.*port1/u,
    ],
    ['there is no such profile', { item: withProfile('x') }, 'AcceleratorRequestOpFailed', /x/u],
  ])('are all deleted where %s', async (_title, changes, name, message) => {
    const error = await rejected(bindDevices(world, { ...question, ...changes }));

    expect(error).toMatchObject({ name, message: expect.stringMatching(message) });
    expect(world.deleted).toEqual(world.made);
    expect(await world.bound()).toEqual([]);
  });
});

/** The same world, whose server has two ports, of which one has a device profile. */
async function onPorts() {
  const networkPorts = memoryNetworkPorts(new Set());
  const bare = { networkId: 'n', host: null, vnicType: 'normal', profile: {} };
  networkPorts.addPort('u1', { ...bare, id: 'port1', deviceProfile: 'nic' });
  networkPorts.addPort('u1', { ...bare, id: 'port2', deviceProfile: null });
  return { ...world, networkPorts };
}

describe('the devices of a port', () => {
  it('are named by the network that asks for it, and by no other', async () => {
    const asked = networks(PORT, { port_id: 'port2' }, {});

    const { accelUuids, requestedNetworks } = await bindDevices(world, { ...question, requestedNetworks: asked });

    expect(accelUuids).toHaveLength(3);
    expect(arqsIn(requestedNetworks)).toEqual([accelUuids[2], undefined, undefined]);
    expect(await world.bound()).toContainEqual([accelUuids[2], 'node1', 'B']);
    expect(requestedNetworks).toMatchObject({ 'nova_object.name': 'NetworkRequestList' });
    expect(objectsOf(requestedNetworks).slice(1)).toStrictEqual(objectsOf(asked).slice(1));
  });

  it('are named in a plain list as well', async () => {
    const asked = [port(PORT)];

    const { accelUuids, requestedNetworks } = await bindDevices(world, {
      ...question,
      item: record(flavor()),
      requestedNetworks: asked,
    });

    expect(listOf(requestedNetworks).map((request) => fieldsOf(request)['arq_uuid'])).toEqual(accelUuids);
  });

  it('are those of its ports where nobody asks for networks', async () => {
    const asked = { ...existing, item: record(flavor()) };

    const { accelUuids, requestedNetworks } = await bindDevices(await onPorts(), asked);

    expect(listOf(requestedNetworks)).toStrictEqual([port({ ...PORT, arq_uuid: accelUuids[0] ?? null })]);
    expect(await world.bound()).toEqual([[accelUuids[0], 'node1', 'B']]);
  });

  it.each([
    ['no network service is named', () => world, existing],
    ['a new server asks for no networks', onPorts, { ...question, requestedNetworks: null }],
  ])('are none where %s', async (_title, given, asked) => {
    const devices = await bindDevices(await given(), { ...asked, item: record(flavor()) });

    expect(devices).toEqual({ accelUuids: [], requestedNetworks: null });
    expect(world.made).toEqual([]);
  });

  it.each([
    ['that ask for none', networks({ port_id: 'port2' }, {})],
    ['that nobody asked for', null],
    ['of a plain list', [port({ port_id: 'port2' })]],
  ])('leave networks as they are %s', async (_title, asked) => {
    const { accelUuids, requestedNetworks } = await bindDevices(world, { ...question, requestedNetworks: asked });

    expect(requestedNetworks).toStrictEqual(asked);
    expect(accelUuids).toHaveLength(2);
  });
});

describe('the devices of a server that stays on its host', () => {
  it('are those that it has', async () => {
    const { accelUuids } = await bindDevices(world, question);

    expect(await devicesInPlace(world, question)).toEqual(accelUuids);
  });

  it('are those of its port', async () => {
    const asked = { ...question, item: record(flavor()) };
    const { accelUuids } = await bindDevices(world, { ...asked, requestedNetworks: networks(PORT) });

    expect(await devicesInPlace(await onPorts(), asked)).toEqual(accelUuids);
  });

  it('are none where its flavor asks for none', async () => {
    await bindDevices(world, question);

    expect(await devicesInPlace(world, { ...question, item: record(flavor()) })).toEqual([]);
  });

  it.each([['an accelerator service that has none'], ['no accelerator service']])('fail it with %s', async (title) => {
    const given = title.startsWith('no ') ? { clock: world.clock, log: world.log, tables: world.tables } : world;

    expect(await rejected(devicesInPlace(given, question))).toMatchObject({
      name: 'AcceleratorRequestOpFailed',
      params: { op: 'get', msg: expect.stringMatching(/u1.*fpga/u) },
    });
  });
});

describe('the devices of a server that does not run', () => {
  it('are deleted, and those that its ports name', async () => {
    await bindDevices(world, question);
    const requestedNetworks = networks({ port_id: 'port1', arq_uuid: 'arq-1' }, {});

    await releaseDevices(world, { ...question, requestedNetworks });

    expect(await world.bound()).toEqual([]);
    expect(world.deleted).toEqual(['arq-1']);
  });

  it('are deleted where a port of it has some', async () => {
    const asked = { ...existing, item: record(flavor()) };
    const given = await onPorts();
    await bindDevices(given, asked);

    await releaseDevices(given, asked);

    expect(await world.bound()).toEqual([]);
  });

  it('are left where nothing asks for any', async () => {
    await bindDevices(world, question);

    await releaseDevices(world, { ...question, item: record(flavor()) });

    expect(await world.bound()).toHaveLength(2);
  });

  it('are nobody’s business where no accelerator service is named', async () => {
    await expect(
      releaseDevices({ clock: world.clock, log: world.log, tables: world.tables }, question),
    ).resolves.toBeUndefined();
  });

  it('that the service refuses to delete are logged, and those of ports deleted', async () => {
    const refusal = new AcceleratorRequestOpFailed({ op: 'delete', msg: 'busy' });
    const accelerators = watching<Accelerators>(world.accelerators, { deleteOf: () => Promise.reject(refusal) });

    await releaseDevices({ ...world, accelerators }, { ...question, requestedNetworks: networks({ arq_uuid: 'a' }) });

    expect(world.log.lines).toMatchObject([{ level: 'error', fields: { instance: 'u1' } }]);
    expect(world.deleted).toEqual(['a']);
  });

  it('are deleted again where the service was not reached', async () => {
    const accelerators = watching<Accelerators>(world.accelerators, {
      deleteOf: () => Promise.reject(new Error('away')),
    });

    expect(await rejected(releaseDevices({ ...world, accelerators }, question))).toEqual(new Error('away'));
  });
});
