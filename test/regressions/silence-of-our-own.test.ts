import { describe, expect, it } from 'vitest';
import { cellQueue } from '#ports/host-queue';
import { QueueThrottled } from '#ports/queues';
import { instanceKey } from '#records/keys';
import { BuildWorld, type BuildWorldOptions } from '../fixtures/build-world.ts';
import { ALTERNATES } from '../fixtures/built.ts';
import { leftOver } from '../fixtures/ledger.ts';
import { SCHEDULED } from '../fixtures/live-moves.ts';
import { MovingWorld } from '../fixtures/moves.ts';

/** Hosts of one cell. */
const hosts = (count: number, more: object = {}): NonNullable<BuildWorldOptions['hosts']> =>
  Array.from({ length: count }, (_, at) => ({ host: `host${at + 1}`, cell: 'cell1', ...more }));

describe('while nothing passes between the hosts of a cell and its queue', () => {
  it('no build is given up, and all are active once they are heard again', async () => {
    let cut = false;
    const world = await BuildWorld.boot({
      hosts: hosts(4, { heartbeatSeconds: 5, behaviour: () => ({ delay: 100_000 }) }),
      config: { serviceDownTime: 15, waitSeconds: 10 },
    });
    const { queues } = world.platform;
    const send = queues.send.bind(queues);
    queues.send = async (queue, message) => {
      const fromHost = message.attributes?.['sender']?.startsWith('host:') === true;
      if (cut && fromHost) throw new QueueThrottled('nothing passes');
      await send(queue, message);
    };
    const command = world.request(4);
    await world.publish(command);
    await world.clock.advance(20_000);
    cut = true;
    await world.clock.advance(26_000);
    cut = false;
    await world.end();

    const states = command.uuids.map((uuid) => world.server(uuid).item['vm_state']);
    expect(states).toEqual(['active', 'active', 'active', 'active']);
    expect(command.uuids.map((uuid) => world.orders(uuid).length)).toEqual([1, 1, 1, 1]);
    expect(await leftOver(world)).toEqual([]);
  });
});

describe('while the object function is away', () => {
  it('no build is given up, though its messages pile up for longer than service_down_time', async () => {
    let away = false;
    let world: BuildWorld | undefined;
    const aroundBatch: BuildWorldOptions['aroundBatch'] = (run) =>
      away ? Promise.reject(new Error('the function is away')) : run();
    world = await BuildWorld.boot({
      hosts: hosts(3, { behaviour: () => ({ delay: 200_000 }) }),
      config: { waitSeconds: 20 },
      aroundBatch,
    });
    const command = world.request(3);
    await world.publish(command);
    await world.clock.advance(20_000);
    away = true;
    await world.clock.advance(75_000);
    away = false;
    await world.end();

    expect(command.uuids.map((uuid) => world.server(uuid).item['vm_state'])).toEqual(['active', 'active', 'active']);
    expect(command.uuids.map((uuid) => world.orders(uuid).length)).toEqual([1, 1, 1]);
    expect(await leftOver(world)).toEqual([]);
  });
});

describe('an alternate that is down', () => {
  it('is passed over, and is no try', async () => {
    const world = await BuildWorld.boot({
      scheduler: () => [['host1', 'host2', 'host3']],
      config: { maxAttempts: 2 },
      behaviour: ({ host }) => (host === 'host1' ? { delay: 300_000, next: { fail: 'it is full' } } : 'build'),
    });
    const command = world.request();
    await world.publish(command);
    await world.clock.advance(5000);
    world.world.fleet.host('host2').die();
    await world.end();

    const [uuid = ''] = command.uuids;
    expect(world.server(uuid).item).toMatchObject({ vm_state: 'active', host: 'host3' });
    expect(world.orders(uuid).map(({ host, attempt }) => [host, attempt])).toEqual([
      ['host1', 1],
      ['host3', 2],
    ]);
    expect(await leftOver(world)).toEqual([]);
  });
});

describe('a living host', () => {
  it('keeps a build that it began, though it changes nothing for hours', async () => {
    const world = await BuildWorld.boot({ scheduler: () => ALTERNATES, behaviour: () => ({ delay: 7_200_000 }) });
    const { uuids } = await world.build(world.request(), 9000);
    const [uuid = ''] = uuids;

    expect(world.server(uuid).item).toMatchObject({ vm_state: 'active', host: 'host1' });
    expect(world.orders(uuid)).toHaveLength(1);
  });

  it('loses a build that a process of its own had begun and the next one does not finish', async () => {
    const world = await BuildWorld.boot({
      scheduler: () => ALTERNATES,
      behaviour: ({ host }) => (host === 'host1' ? { die: 'mid-build' } : 'build'),
      config: { waitSeconds: 60 },
    });
    const command = world.request();
    await world.publish(command);
    await world.clock.advance(5000);
    const [uuid = ''] = command.uuids;
    // The new process does not know of the server, so it ends nothing that the one before had begun.
    await world.platform.tables.update('cell-cell1', instanceKey(uuid), { remove: ['by_host', 'by_host_sort'] });
    await world.clock.runUntil(world.world.fleet.host('host1').start(), 60_000);
    await world.end();

    expect(world.server(uuid).item).toMatchObject({ vm_state: 'active', host: 'host2' });
    expect(world.orders(uuid).map(({ host }) => host)).toEqual(['host1', 'host2']);
  });
});

describe('a live migration', () => {
  it('ends within minutes of the death of its destination, where the server is', async () => {
    const options: BuildWorldOptions = {
      scheduler: () => [['host2']],
      behaviour: ({ method }) => (method === 'live_migration' ? { delay: 3_600_000 } : 'build'),
    };
    const moving = await MovingWorld.boot(options, 'migrating', 'live-migration');
    await moving.send(SCHEDULED);
    await moving.of.clock.advance(10_000);
    moving.of.world.fleet.host('host2').die();
    await moving.of.clock.advance(300_000);

    expect((await moving.of.executions('live-migrate')).map(({ status }) => status)).toEqual(['SUCCEEDED']);
    expect(moving.of.server(moving.uuid).item).toMatchObject({ vm_state: 'active', host: 'host1', task_state: null });
  });
});

describe('a host that dies while looks at it are rare', () => {
  it('is noticed within minutes all the same', async () => {
    const world = await BuildWorld.boot({
      scheduler: () => ALTERNATES,
      config: { waitSeconds: 1800 },
      behaviour: ({ host }) => (host === 'host1' ? { die: 'mid-build' } : 'build'),
    });
    const command = world.request();
    await world.publish(command);
    await world.clock.advance(240_000);

    expect(world.server(command.uuids[0] ?? '').item).toMatchObject({ vm_state: 'active', host: 'host2' });
  });
});

describe('a pulse', () => {
  it('of an unknown sender counts for nothing, and is put aside', async () => {
    const world = await BuildWorld.boot();
    const sentAt = world.clock.now() + 3_600_000;
    await world.platform.queues.send(cellQueue('cell1'), {
      body: `{"pulse":${sentAt}}`,
      attributes: { sender: 'host:host1' },
    });
    await world.clock.advance(1000);

    const noted = world.items('cell-cell1').find(({ pk }) => pk === 'pulse')?.['pulse_sent_at'];
    expect(Number(noted ?? 0)).toBeLessThan(sentAt);
    expect(world.platform.queues.messages(`${cellQueue('cell1')}-dlq`)).toHaveLength(1);
  });
});
