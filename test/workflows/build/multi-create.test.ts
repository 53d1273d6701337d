import { afterEach, describe, expect, it } from 'vitest';
import { TransactionConflict, type Tables } from '#ports/tables';
import { BuildWorld, type BuildWorldOptions } from '../../fixtures/build-world.ts';
import { leftOver } from '../../fixtures/ledger.ts';

const UNLIMITED = { quota: { instances: -1, cores: -1, ram: -1 } };
const HOSTS = Array.from({ length: 20 }, (_, at) => ({
  host: `host${at}`,
  cell: at % 2 === 0 ? 'cell1' : 'cell2',
  heartbeatSeconds: 0,
  capacity: { vcpus: 64, memoryMb: 65_536, diskGb: 1000 },
}));

const worlds: BuildWorld[] = [];
const boot = async (options: BuildWorldOptions = {}): Promise<BuildWorld> => {
  const world = await BuildWorld.boot({ hosts: HOSTS, config: UNLIMITED, ...options });
  worlds.push(world);
  return world;
};

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.world.stop();
});

const servers = (world: BuildWorld, vmState: string): number =>
  world.look(() =>
    ['cell-cell0', 'cell-cell1', 'cell-cell2'].flatMap((table) =>
      world.items(table).filter(({ sk, vm_state }) => sk === 'instance' && vm_state === vmState),
    ),
  ).length;

describe('a request for many servers', () => {
  it('that no host can take is buried whole, and counts once', async () => {
    const world = await boot({ hosts: [{ host: 'host1', cell: 'cell1' }] });

    await world.build(world.request(60));

    expect(servers(world, 'error')).toBe(60);
    expect(await leftOver(world)).toEqual([]);
  });

  it('that is over quota is recorded in error whole, and claims nothing', async () => {
    const world = await boot({ config: { quota: { instances: 50, cores: -1, ram: -1 } } });

    await world.build(world.request(60));

    expect(servers(world, 'error')).toBe(60);
    expect(world.items('placement').filter(({ sk }) => sk === 'consumer')).toEqual([]);
    expect(await leftOver(world)).toEqual([]);
  });

  it('that is over quota buries the servers whose host is mapped to no cell', async () => {
    const world = await boot({
      hosts: ['host1', 'host2'].map((host) => ({ host, cell: 'cell1' })),
      config: { quota: { instances: 1, cores: -1, ram: -1 } },
      scheduler: () => [['host1'], ['host2']],
    });
    await world.unmapHost('host2');
    const command = world.request(2);

    await world.build(command);

    expect(command.uuids.map((uuid) => world.server(uuid).cell)).toEqual(['cell1', 'cell0']);
    expect(await leftOver(world)).toEqual([]);
  });

  it('that was stored in part goes on where it stopped when it is delivered again', async () => {
    let broken = 0;
    const failing = (tables: Tables): Tables => ({
      get: tables.get.bind(tables),
      batchGet: tables.batchGet.bind(tables),
      query: tables.query.bind(tables),
      put: tables.put.bind(tables),
      update: tables.update.bind(tables),
      delete: tables.delete.bind(tables),
      transact: (actions: Parameters<Tables['transact']>[0]) => {
        const stores = actions.some(({ kind, table }) => kind === 'put' && table === 'requests');
        if (!stores || (broken += 1) !== 2) return tables.transact(actions);
        return Promise.reject(new TransactionConflict('storing breaks off'));
      },
    });
    // The message comes again after minutes, in which the hosts have to be heard of.
    const hosts = HOSTS.map((host) => ({ ...host, heartbeatSeconds: 30 }));
    const world = await boot({ tables: failing, hosts });
    const command = world.request(60);
    await world.publish(command);
    await world.clock.advance(1000);
    const stored = world.items('requests').filter(({ sk }) => sk.startsWith('server#'));
    const [gone] = command.uuids;
    await world.deleteBuildRequest(gone ?? '');

    await world.end();

    expect(stored.length).toBeGreaterThan(0);
    expect(stored.length).toBeLessThan(60);
    expect(servers(world, 'active')).toBe(59);
    expect(world.servers(gone ?? '')).toEqual([]);
    expect(world.platform.queues.messages('compute-task-dlq')).toEqual([]);
    expect(await leftOver(world)).toEqual([]);
  });
});
