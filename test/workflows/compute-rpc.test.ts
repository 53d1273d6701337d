import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import { Service } from '#objects/compute/service';
import { DEFAULTS } from '#ports/configuration';
import { computeCap } from '#servers/compute-cap';
import { BuildWorld } from '../fixtures/build-world.ts';
import { ExistingServer } from '../fixtures/existing-server.ts';
import { callMethod, CONTEXT, recordsOn } from '../fixtures/records.ts';
import { rebuild, running } from '../fixtures/rebuilt-server.ts';
import { shelved, unshelve } from '../fixtures/shelved-server.ts';
import { memoryTables } from '../fixtures/tables.ts';

/** Has every compute of cell1 say that it is of this service version. */
async function upgrade({ platform }: BuildWorld, version: number): Promise<void> {
  const { items } = await platform.tables.query('cell-cell1', {
    index: 'lookup',
    partition: 'service#nova-compute',
  });
  for (const { pk, sk } of items) await platform.tables.update('cell-cell1', { pk, sk }, { set: { version } });
}

/** A server whose order was sent to computes of service version 56, and which are of 64 by now. */
async function upgraded() {
  const world = await BuildWorld.boot({ scheduler: () => [['host1']] });
  await upgrade(world, 56);
  await ExistingServer.build(world);
  const at = await running(world);
  await upgrade(world, 64);
  return at;
}

const SAME_IMAGE = { host: 'host1' };

describe('the compute RPC version', () => {
  it('OBJ-19 is that of the lowest service version, which a reset has read again', async () => {
    const at = await upgraded();
    at.world.world.reset();

    await rebuild(at, SAME_IMAGE);

    expect(at.server.orders('build_and_run_instance')).toMatchObject([{ version: '6.0' }]);
    expect(at.server.orders('rebuild_instance')).toMatchObject([{ version: '6.1' }]);
  });

  it('OBJ-19 is remembered for less than a minute without one', async () => {
    const at = await upgraded();

    await rebuild(at, SAME_IMAGE);
    await at.world.clock.advance(60_000);
    await at.server.change({ task_state: 'rebuilding' });
    await rebuild({ ...at, context: await at.server.begin('rebuild') }, SAME_IMAGE);

    expect(at.server.orders('rebuild_instance')).toMatchObject([{ version: '6.0' }, { version: '6.1' }]);
  });

  it('OBJ-20 a reset is logged in one line, and the next order is negotiated anew', async () => {
    const at = await upgraded();
    const { log } = at.world.platform;
    const before = log.lines.length;

    at.world.world.reset();

    expect(log.lines.slice(before)).toMatchObject([{ level: 'info', message: expect.stringContaining('compute RPC') }]);
    await rebuild(at, SAME_IMAGE);
    expect(at.server.orders('rebuild_instance')).toMatchObject([{ version: '6.1' }]);
  });

  it('is remembered for another minute after it was read again', async () => {
    const { tables, requests } = memoryTables();
    const clock = new VirtualClock();
    const records = recordsOn(tables, { clock });
    const service = { host: 'host1', binary: 'nova-compute', topic: 'compute', report_count: 0, version: 66 };
    await callMethod(records, Service.make(service), 'create');
    const cell = { name: 'cell1', uuid: 'c-1' };
    const asked = async (): Promise<number> => {
      requests.length = 0;
      expect(await computeCap({ ...records, config: DEFAULTS }, cell, CONTEXT, 'rebuild_instance')).toBe('6.2');
      return requests.length;
    };

    // The keys of the services, then the services.
    expect([await asked(), await asked()]).toEqual([2, 0]);
    await clock.advance(60_000);
    expect([await asked(), await asked()]).toEqual([2, 0]);
  });

  it.each([
    [53, { version: '5.12' }],
    [66, { version: '6.0', args: { accel_uuids: [] } }],
  ])('of service version %i is what an unshelve is lowered to', async (version, order) => {
    const at = await shelved({ offloaded: true }, { scheduler: () => [['host2']] });
    await upgrade(at.world, version);
    at.world.world.reset();

    await unshelve(at);

    const [sent] = at.server.orders('unshelve_instance');
    expect(sent).toMatchObject(order);
    expect('accel_uuids' in (sent?.args ?? {})).toBe(version === 66);
  });
});
