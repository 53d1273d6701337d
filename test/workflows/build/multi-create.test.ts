import { describe, expect, it } from 'vitest';
import { TransactionConflict, type Tables } from '#ports/tables';
import { MANY_HOSTS, roomyWorlds, serversIn } from '../../fixtures/many-servers.ts';
import { leftOver } from '../../fixtures/ledger.ts';

const boot = roomyWorlds();

describe('a request for many servers', () => {
  it('that no host can take is buried whole, and counts once', async () => {
    const world = await boot({ hosts: [{ host: 'host1', cell: 'cell1' }] });

    await world.build(world.request(60));

    expect(serversIn(world, 'error')).toBe(60);
    expect(await leftOver(world)).toEqual([]);
  });

  it('that is over quota is recorded in error whole, and claims nothing', async () => {
    const world = await boot({ config: { quota: { instances: 50, cores: -1, ram: -1 } } });

    await world.build(world.request(60));

    expect(serversIn(world, 'error')).toBe(60);
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
    const hosts = MANY_HOSTS.map((host) => ({ ...host, heartbeatSeconds: 30 }));
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
    expect(serversIn(world, 'active')).toBe(59);
    expect(world.servers(gone ?? '')).toEqual([]);
    expect(world.platform.queues.messages('compute-task-dlq')).toEqual([]);
    expect(await leftOver(world)).toEqual([]);
  });
});
