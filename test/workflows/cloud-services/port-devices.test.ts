import { describe, expect, test } from 'vitest';
import { fieldsOf, listOf, objectsOf } from '#wire/reading';
import { newObject } from '#wire/wire';
import { DEVICES, PROFILE, withAccelerators } from '../../fixtures/accelerated-server.ts';
import { BuildWorld } from '../../fixtures/build-world.ts';
import { ALTERNATES, withArgs } from '../../fixtures/built.ts';
import { afterBuild } from '../../fixtures/host-scripts.ts';
import { userContext } from '../../fixtures/openstack.ts';
import { givePort, PORT, withPorts } from '../../fixtures/ported-server.ts';
import { EVACUATE, rebuildCast, running, stranded } from '../../fixtures/rebuilt-server.ts';
import { shelved, unshelveCast } from '../../fixtures/shelved-server.ts';

/** A new server of whose networks one is a port with a device profile that asks for so many devices. */
async function builtWithPort(devices: number) {
  const options = withAccelerators({ scheduler: () => ALTERNATES });
  const group = { resources: { FPGA: devices }, requiredTraits: [], forbiddenTraits: [] };
  options.accelerators.addProfile('of-port', [group]);
  const world = await BuildWorld.boot(options);
  const port = newObject('NetworkRequest', '1.3', { port_id: PORT, device_profile: 'of-port' });
  const requested_networks = newObject('NetworkRequestList', '1.1', { objects: [port] });
  const command = withArgs({ requested_networks })(world.request());
  await world.build(command);
  const [uuid = ''] = command.uuids;
  return { world, uuid, orders: world.orders(uuid), accelerators: options.accelerators };
}

describe('the device of a port of a new server', () => {
  test('is bound to its host, and named by the port and in the order (ARQ-04)', async () => {
    const { uuid, orders, accelerators } = await builtWithPort(1);

    const [arq] = await accelerators.arqsOf(userContext(), uuid);
    const networks = objectsOf(orders[0]?.args['requested_networks']).map(fieldsOf);
    expect(arq).toMatchObject({ state: 'Bound', hostname: 'host1', providerUuid: DEVICES, profile: 'of-port' });
    expect(networks).toMatchObject([{ port_id: PORT, arq_uuid: arq?.uuid }]);
    expect(orders[0]?.args['accel_uuids']).toEqual([arq?.uuid]);
  });

  test('ends its build in error where the profile asks for two, and none of them is left (ARQ-05)', async () => {
    const { world, uuid, orders, accelerators } = await builtWithPort(2);

    expect(orders).toEqual([]);
    expect(world.server(uuid).item).toMatchObject({ vm_state: 'error', task_state: null });
    expect(world.beside(uuid, 'fault#').map(({ message }) => message)).toEqual([
      expect.stringContaining('can hold one device alone'),
    ]);
    expect(accelerators.all()).toEqual([]);
  });
});

/** A world with an accelerator and a network service. */
function withBoth() {
  const options = withAccelerators({ scheduler: afterBuild(() => [['host2']]) });
  const { adapters = (each) => each } = withPorts();
  const both: typeof options = { ...options, adapters: (each) => options.adapters?.(adapters(each)) ?? each };
  return both;
}

describe('the device of a port', () => {
  test('is asked for, bound at the new host and named in the order of a server that is unshelved', async () => {
    const options = withBoth();
    const at = await shelved({ offloaded: true }, options);
    await givePort(at.world, at.server.uuid, { deviceProfile: PROFILE });

    await unshelveCast(at);
    await at.world.end();

    const groups = listOf(fieldsOf(options.asked.at(-1))['requested_resources']).map(fieldsOf);
    const arqs = await options.accelerators.arqsOf(userContext(), at.server.uuid);
    expect(groups).toMatchObject([{ requester_id: `device_profile_0${PORT}`, resources: { FPGA: 1 } }]);
    expect(arqs).toMatchObject([{ hostname: 'host2', state: 'Bound', providerUuid: DEVICES }]);
    expect(at.world.orders(at.server.uuid).at(-1)?.args['accel_uuids']).toEqual(arqs.map(({ uuid }) => uuid));
  });

  test('is another one at the host to which its server is evacuated', async () => {
    const options = withBoth();
    const at = await stranded(options);
    await givePort(at.world, at.server.uuid, { deviceProfile: PROFILE });

    await rebuildCast(at, EVACUATE);
    await at.world.end();

    const arqs = await options.accelerators.arqsOf(userContext(), at.server.uuid);
    expect(arqs).toMatchObject([{ hostname: 'host2', state: 'Bound' }]);
    expect(at.world.orders(at.server.uuid).at(-1)?.args['accel_uuids']).toEqual(arqs.map(({ uuid }) => uuid));
  });

  test('stays where its server is rebuilt in place', async () => {
    const options = withBoth();
    const at = await running(options);
    await givePort(at.world, at.server.uuid, { deviceProfile: PROFILE });
    const [arq] = await options.accelerators.create(userContext(), PROFILE);
    const uuid = arq?.uuid ?? '';
    const binding = { uuid, hostname: 'host1', providerUuid: DEVICES, instanceId: at.server.uuid };
    await options.accelerators.bind(userContext(), [binding]);

    await rebuildCast(at, { host: 'host1' });
    await at.world.end();

    expect(at.world.orders(at.server.uuid).at(-1)?.args['accel_uuids']).toEqual([uuid]);
  });
});
