import { describe, expect, it } from 'vitest';
import { NoValidHost } from '#errors';
import { fieldsOf } from '#wire/reading';
import { afterBuild, dies, losing } from '../../fixtures/host-scripts.ts';
import { leftOver } from '../../fixtures/ledger.ts';
import {
  acceptEvacuation,
  EVACUATE,
  evacuatedAgain,
  migrationOf,
  outputOf,
  rebuild,
  rebuildCast,
  running,
  strand,
  stranded,
  type Rebuilt,
} from '../../fixtures/rebuilt-server.ts';

/** Kills the host of an order of evacuation. */
const destinationDies = { behaviour: (order: { method: string }) => dies(order.method === 'rebuild_instance') };

/** `[source, status]` of the server's migrations, in the order in which they were made. */
const migrationsOf = ({ world, server }: Rebuilt): [unknown, unknown][] =>
  world
    .beside(server.uuid, 'migration#')
    .toSorted((a, b) => Number(a['id']) - Number(b['id']))
    .map(({ source_compute, status }) => [source_compute, status]);

describe('an evacuation', () => {
  it('EVAC-01 is scheduled away from its dead host and ends with its migration', async () => {
    const at = await stranded({ scheduler: afterBuild(() => [['host2']]) });

    await rebuild(at, EVACUATE, { ignore_hosts: null, force_hosts: ['h0'] });

    const spec = fieldsOf(at.world.scheduler?.asked[1]?.spec);
    expect(spec).toMatchObject({ ignore_hosts: ['host1'], force_hosts: null });
    const [order] = at.server.orders('rebuild_instance');
    expect(order).toMatchObject({ host: 'host2', version: '6.1' });
    expect(order?.args).toMatchObject({ scheduled_node: 'host2', limits: {}, recreate: true });
    expect(at.server.item).toMatchObject({ host: 'host2', node: 'host2', 'op:hosts': '|host2|' });
    expect(at.server.state).toBe('active/null');
    expect(migrationOf(at)).toMatchObject({ status: 'done', dest_compute: 'host2' });
    expect(at.world.claims(at.server.uuid)).toEqual(['host2']);
    expect(await outputOf(at)).toMatchObject({ status: 'SUCCEEDED', outcome: 'done', host: 'host2' });
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('EVAC-02 avoids its source beside the hosts that its spec ignores', async () => {
    const at = await stranded({ scheduler: afterBuild(() => [['host2']]) });

    await rebuild(at, EVACUATE, { ignore_hosts: ['hx'] });

    expect(fieldsOf(at.world.scheduler?.asked[1]?.spec)['ignore_hosts']).toEqual(['hx', 'host1']);
  });

  it('EVAC-03 for which there is no valid host ends in error, its migration too [REIMG-09]', async () => {
    const at = await stranded({ scheduler: afterBuild(() => new NoValidHost({ reason: 'none' })) });
    const image = at.server.item['image_ref'];

    await rebuild(at, EVACUATE);

    expect(at.server.state).toBe('error/null');
    expect(at.server.faults).toHaveLength(2);
    expect(at.server.item['image_ref']).toBe(image);
    expect(migrationOf(at)?.['status']).toBe('error');
    expect(at.world.claims(at.server.uuid)).toEqual(['host1']);
  });

  it('EVAC-09 to the host that has the server claims nothing', async () => {
    const at = await running({ scheduler: () => [['host1']] });

    await rebuild(at, { ...EVACUATE, host: 'host1' });

    expect(at.server.orders('rebuild_instance')[0]?.host).toBe('host1');
    expect(at.world.claims(at.server.uuid)).toEqual(['host1']);
  });

  it('from a host that lives is refused, so that the server never runs twice', async () => {
    const at = await running({ scheduler: () => [['host1']] });

    await rebuild(at, EVACUATE);

    expect(at.server.orders('rebuild_instance')).toEqual([]);
    expect(at.server.state).toBe('active/null');
    expect(at.server.faults).toEqual([[400, 'Compute service of host1 is still in use.']]);
    expect(at.server.item['op:hosts']).toBe('|host1|');
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('fences its source: what that one says when it comes back changes nothing', async () => {
    const at = await stranded({
      scheduler: afterBuild(() => [['host2']]),
      behaviour: (order) => (order.method === 'rebuild_instance' ? { delay: 30_000 } : 'build'),
    });
    const back = at.world.clock.timer(5000, () => void at.world.world.fleet.host('host1').start());

    await rebuild(at, EVACUATE);
    back();
    const shelved = { image_id: null, clean_shutdown: true, accel_uuids: [] };
    await at.server.giveOrder('shelve_instance', at.context, shelved, 'host1');

    expect(at.server.state).toBe('active/null');
    expect(at.server.item['host']).toBe('host2');
    expect(at.world.world.fleet.host('host1').troubles.map(({ error }) => error.name)).toContain('Forbidden');
    expect(at.world.claims(at.server.uuid)).toEqual(['host2']);
  });

  it('that is asked for again while it goes on leaves no migration behind', async () => {
    const { at, again } = await evacuatedAgain();

    await rebuild(again, EVACUATE);

    const executions = await at.world.executions('rebuild');
    expect(executions.map(({ output }) => output)).toContainEqual(expect.stringContaining('busy'));
    expect(at.server.state).toBe('active/null');
    expect(at.server.item['host']).toBe('host2');
    expect(migrationsOf(at)).toEqual([
      ['host1', 'done'],
      ['host1', 'error'],
    ]);
    expect(at.server.orders('rebuild_instance')).toHaveLength(1);
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('that is asked for again just before its end finds the server where it was taken', async () => {
    const { at, again } = await evacuatedAgain(20);

    await rebuild(again, EVACUATE);

    expect(at.server.state).toBe('active/null');
    expect(at.server.item).toMatchObject({ host: 'host2', 'op:hosts': '|host2|' });
    expect(migrationsOf(at)).toEqual([
      ['host1', 'done'],
      ['host1', 'error'],
    ]);
    expect(at.server.faults).toEqual([[400, 'Compute service of host2 is still in use.']]);
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('takes up the migration that names its source, not one of a host that had the server before', async () => {
    const at = await running({ scheduler: afterBuild(() => [['host2']]) });
    await acceptEvacuation(at, 'host3');
    await strand(at);

    await rebuild(at, EVACUATE);

    expect(at.server.item['host']).toBe('host2');
    expect(migrationsOf(at)).toEqual([
      ['host3', 'accepted'],
      ['host1', 'done'],
    ]);
  });

  it('whose order is lost by a destination that lives is given up after orderSeconds', async () => {
    const at = await stranded({
      scheduler: afterBuild(() => [['host2']]),
      config: { orderSeconds: 300 },
      adapt: losing('rebuild_instance'),
    });

    await rebuild(at, EVACUATE);

    expect(at.server.state).toBe('error/null');
    expect(at.server.item).toMatchObject({ host: 'host1', 'op:hosts': '|host1|' });
    expect(at.server.faults).toEqual([[400, expect.stringContaining('host2')]]);
    expect(migrationsOf(at)).toEqual([['host1', 'error']]);
    expect(at.world.claims(at.server.uuid)).toEqual(['host1']);
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('whose destination dies gives the server back to its source, in error', async () => {
    const at = await stranded({ scheduler: afterBuild(() => [['host2']]), ...destinationDies });

    await rebuild(at, EVACUATE);

    expect(at.server.state).toBe('error/null');
    expect(at.server.item).toMatchObject({ host: 'host1', 'op:hosts': '|host1|' });
    expect(migrationOf(at)?.['status']).toBe('error');
    expect(at.world.claims(at.server.uuid)).toEqual(['host1']);
    expect(at.server.faults).toEqual([[400, expect.stringContaining('host2')]]);
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('whose destination dies once the record names it leaves its claim there', async () => {
    const at = await stranded({ scheduler: afterBuild(() => [['host2']]), ...destinationDies });
    await rebuildCast(at, EVACUATE);
    await at.world.clock.advance(5000);
    await at.server.change({ host: 'host2', node: 'host2', task_state: 'rebuild_spawning' });

    await at.world.end();

    expect(at.server.state).toBe('error/null');
    expect(at.server.item).toMatchObject({ host: 'host2', 'op:hosts': '|host2|' });
    expect(at.world.claims(at.server.uuid)).toContain('host2');
  });

  it('that its destination cannot carry out leaves its claim on the source alone', async () => {
    const at = await stranded({
      scheduler: afterBuild(() => [['host2']]),
      behaviour: (order) => (order.method === 'rebuild_instance' ? { fail: 'no disk' } : 'build'),
    });

    await rebuild(at, EVACUATE);

    expect(at.server.state).toBe('error/null');
    expect(migrationOf(at)?.['status']).toBe('failed');
    expect(at.world.claims(at.server.uuid)).toEqual(['host1']);
    expect(at.server.item['op:hosts']).toBe('|host1|');
    expect(await leftOver(at.world)).toEqual([]);
  });
});

describe('a forced evacuation', () => {
  it('EVAC-04 claims on the named host what the server holds, and is ordered without node and limits', async () => {
    const at = await stranded({ scheduler: () => [['host1']] });

    await rebuild(at, { ...EVACUATE, host: 'host2' });

    const [order] = at.server.orders('rebuild_instance');
    expect(order?.host).toBe('host2');
    expect(order?.args).toMatchObject({ scheduled_node: null, limits: null });
    expect(at.world.scheduler?.asked).toHaveLength(1);
    expect(at.server.item['host']).toBe('host2');
    expect(at.world.claims(at.server.uuid)).toEqual(['host2']);
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('EVAC-05 whose source has no compute node leaves the server as it was, its migration in error', async () => {
    const at = await stranded({ scheduler: () => [['host1']] });
    await at.server.change({ node: 'nowhere' });

    await rebuild(at, { ...EVACUATE, host: 'host2' });

    expect(at.server.state).toBe('active/null');
    expect(at.server.faults).toEqual([[404, 'Compute host host1 could not be found.']]);
    expect(migrationOf(at)?.['status']).toBe('error');
    expect(await outputOf(at)).toMatchObject({ error: 'ComputeHostNotFound' });
  });

  it('EVAC-06 to a host without a compute node leaves the server as it was', async () => {
    const at = await stranded({ scheduler: () => [['host1']] });

    await rebuild(at, { ...EVACUATE, host: 'nowhere' });

    expect(at.server.state).toBe('active/null');
    expect(at.server.faults).toEqual([[404, 'Compute host nowhere could not be found.']]);
    expect(migrationOf(at)?.['status']).toBe('error');
    const warned = at.world.platform.log.lines.filter(({ message }) => message === 'no compute node');
    expect(warned.map(({ fields }) => fields?.['host'])).toEqual(['nowhere']);
  });

  it('EVAC-06 to a host of another cell leaves the server as it was and claims nothing there', async () => {
    const at = await stranded({ scheduler: () => [['host1']] });

    await rebuild(at, { ...EVACUATE, host: 'host4' });

    expect(at.server.state).toBe('active/null');
    expect(at.server.item).toMatchObject({ host: 'host1', 'op:hosts': '|host1|' });
    expect(at.server.faults).toEqual([[404, 'Compute host host4 could not be found.']]);
    expect(migrationOf(at)?.['status']).toBe('error');
    expect(at.server.orders('rebuild_instance')).toEqual([]);
    expect(at.world.claims(at.server.uuid)).toEqual(['host1']);
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('EVAC-07 to a host that is full leaves the server and placement as they were', async () => {
    const full = { vcpus: 0, memoryMb: 600, diskGb: 1 };
    const at = await stranded({
      scheduler: () => [['host1']],
      hosts: [
        { host: 'host1', cell: 'cell1' },
        { host: 'host2', cell: 'cell1', capacity: full },
      ],
    });

    await rebuild(at, { ...EVACUATE, host: 'host2' });

    expect(at.server.state).toBe('active/null');
    expect(at.server.faults).toEqual([[500, expect.stringContaining('not enough capacity on the host')]]);
    expect(at.world.claims(at.server.uuid)).toEqual(['host1']);
    expect(migrationOf(at)?.['status']).toBe('error');
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('EVAC-08 of a server that holds nothing is ordered all the same, with a warning', async () => {
    const at = await stranded({ scheduler: () => [['host1']] });
    await at.world.services.placement.release(at.server.uuid);

    await rebuild(at, { ...EVACUATE, host: 'host2' });

    expect(at.server.orders('rebuild_instance')).toHaveLength(1);
    expect(at.world.claims(at.server.uuid)).toEqual([]);
    expect(at.world.platform.log.lines.some(({ message }) => message.includes('holds nothing'))).toBe(true);
  });
});
