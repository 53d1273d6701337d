import { describe, expect, it } from 'vitest';
import { MessagingTimeout, NoValidHost } from '#errors';
import { Migration } from '#objects/migration/migration';
import { TableThrottled } from '#ports/tables';
import { createMigration } from '#records/methods/migration';
import { fieldsOf } from '#wire/reading';
import { afterBuild, dies, losing } from '../../fixtures/host-scripts.ts';
import { leftOver } from '../../fixtures/ledger.ts';
import { outputOf, rebuild, running } from '../../fixtures/rebuilt-server.ts';
import { watchingAll } from '../../fixtures/watching.ts';

const NEW_IMAGE = { orig_image_ref: 'a', image_ref: 'b' };
const CHECK = { scheduler_hints: { _nova_check_type: ['rebuild'] }, force_hosts: ['host1'], force_nodes: ['host1'] };

describe('a rebuild with the same image', () => {
  it('REBUILD-01 EVT-06 NOTIF-09 stays on its host, with neither scheduler nor placement asked', async () => {
    const at = await running({ scheduler: () => [['host1']] });

    await rebuild(at, { host: 'host1' });

    const [order] = at.server.orders('rebuild_instance');
    expect(order).toMatchObject({ host: 'host1', version: '6.1' });
    expect(order?.args).toMatchObject({ scheduled_node: null, limits: null, migration: null, new_pass: 'secret' });
    expect(at.world.scheduler?.asked).toHaveLength(1);
    const [event] = at.world.notifications('compute.instance.rebuild.scheduled');
    expect(event).toMatchObject({ priority: 'INFO', publisherId: 'compute.conductor' });
    expect(event?.payload).toMatchObject({
      instance_id: at.server.uuid,
      state: 'active',
      state_description: 'rebuilding',
    });
    expect(at.server.events(at.context)).toEqual([
      ['rebuild_server', 'Success'],
      ['compute_rebuild_instance', 'Success'],
    ]);
    expect(at.server.state).toBe('active/null');
    expect(at.world.claims(at.server.uuid)).toEqual(['host1']);
    expect(await outputOf(at)).toMatchObject({ status: 'SUCCEEDED', outcome: 'done' });
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('REBUILD-07 is ordered in the zone of its host', async () => {
    const at = await running({ scheduler: () => [['host1']] });
    const aggregate = { id: 1, uuid: 'a', name: 'a', hosts: ['host1'], metadata: { availability_zone: 'az7' } };
    await at.world.platform.tables.put('api', { pk: 'aggregates', sk: 'aggregate#1', ...aggregate });

    await rebuild(at, { host: 'host1' });

    const instance = fieldsOf(at.server.orders('rebuild_instance')[0]?.args['instance']);
    expect(instance['availability_zone']).toBe('az7');
  });

  it('whose host dies ends in error, with a fault', async () => {
    const at = await running({ behaviour: (order) => dies(order.method === 'rebuild_instance') });

    await rebuild(at, { host: at.server.item['host'] ?? null });

    expect(at.server.state).toBe('error/null');
    expect(at.server.faults).toEqual([[400, expect.stringContaining('unavailable')]]);
    expect(at.server.events(at.context)).toContainEqual(['rebuild_server', 'Success']);
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('is ordered although the Task that orders it ended before it began', async () => {
    let begun = 0;
    const at = await running({
      around: async (run, { step }) => (step === 'rebuild-on-host' && (begun += 1) === 1 ? {} : run()),
    });

    await rebuild(at, { host: 'host1' });

    expect(at.server.orders('rebuild_instance')).toHaveLength(1);
    expect(await outputOf(at)).toMatchObject({ outcome: 'done' });
  });

  it('is not waited for by a migration of another kind that has not begun', async () => {
    const at = await running({});
    const { host, node } = at.server.item;
    const migration = Migration.make({ migration_type: 'live-migration', status: 'accepted' });
    migration.assign('instance_uuid', at.server.uuid);
    migration.assign('source_compute', host);
    migration.assign('source_node', node);
    await createMigration(
      { ...at.world.services, context: at.context, cell: { name: at.server.cell, uuid: '' } },
      migration,
    );

    await rebuild(at, { host: 'host1' });

    expect(at.server.state).toBe('active/null');
    expect(await outputOf(at)).toMatchObject({ outcome: 'done' });
  });

  it('whose host dies ends in error, with a fault, although the fault cannot be written at first', async () => {
    let failures = 1;
    const at = await running({
      behaviour: (order) => dies(order.method === 'rebuild_instance'),
      tables: (tables) =>
        watchingAll(tables, (method, args, run) => {
          if (method !== 'update' || !JSON.stringify(args[1]).includes('fault#') || failures === 0) return run();
          failures -= 1;
          return Promise.reject(new TableThrottled('slow down'));
        }),
    });

    await rebuild(at, { host: at.server.item['host'] ?? null });

    expect(failures).toBe(0);
    expect(at.server.state).toBe('error/null');
    expect(at.server.faults).toEqual([[400, expect.stringContaining('unavailable')]]);
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('whose order is lost by a host that lives is given up after orderSeconds, in error', async () => {
    const at = await running({
      scheduler: () => [['host1']],
      config: { orderSeconds: 600 },
      adapt: losing('rebuild_instance'),
    });
    const asked = at.world.clock.now();

    await rebuild(at, { host: 'host1' });

    expect(at.world.clock.now() - asked).toBeGreaterThanOrEqual(600_000);
    expect(at.server.orders('rebuild_instance')).toEqual([]);
    expect(at.server.state).toBe('error/null');
    expect(at.server.item).toMatchObject({ host: 'host1', 'op:hosts': '|host1|' });
    expect(at.server.faults).toEqual([[400, expect.stringContaining('host1')]]);
    expect(at.world.claims(at.server.uuid)).toEqual(['host1']);
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('of a server that is being deleted by now leaves its state alone', async () => {
    const at = await running();
    await at.server.change({ task_state: 'deleting' });

    await rebuild(at, { host: at.server.item['host'] ?? null });

    expect(at.server.state).toBe('active/deleting');
    expect(at.server.orders('rebuild_instance')).toEqual([]);
    expect(await outputOf(at)).toMatchObject({ error: 'UnexpectedDeletingTaskStateError' });
  });

  it('that its host cannot carry out ends in error', async () => {
    const at = await running({
      behaviour: (order) => (order.method === 'rebuild_instance' ? { fail: 'no image' } : 'build'),
    });

    await rebuild(at, { host: at.server.item['host'] ?? null });

    expect(at.server.state).toBe('error/null');
    expect(at.server.faults).toEqual([[500, 'no image']]);
    expect(await outputOf(at)).toMatchObject({ outcome: 'error' });
    expect(await leftOver(at.world)).toEqual([]);
  });
});

describe('a rebuild with a new image', () => {
  it('REBUILD-02 is scheduled with the spec as it came, bound to its cell', async () => {
    const at = await running({ scheduler: afterBuild(() => [['host1']]) });

    await rebuild(at, NEW_IMAGE, CHECK);

    const asked = at.world.scheduler?.asked[1];
    const spec = fieldsOf(asked?.spec);
    expect(asked).toMatchObject({ alternates: false });
    expect(spec).toMatchObject({ force_hosts: ['host1'], ignore_hosts: null });
    expect(fieldsOf(fieldsOf(spec['requested_destination'])['cell'])).toMatchObject({ name: 'cell1' });
    const [order] = at.server.orders('rebuild_instance');
    expect(order?.host).toBe('host1');
    expect(order?.args).toMatchObject({ scheduled_node: 'host1', limits: {}, image_ref: 'b' });
    expect(at.world.claims(at.server.uuid)).toEqual(['host1']);
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('REBUILD-03 for which there is no valid host takes the image back and ends in error, with two faults', async () => {
    const at = await running({ scheduler: afterBuild(() => new NoValidHost({ reason: 'none' })) });
    await at.server.change({ image_ref: 'b' });

    await rebuild(at, NEW_IMAGE, CHECK);

    expect(at.server.item['image_ref']).toBe('a');
    expect(at.server.state).toBe('error/null');
    expect(at.server.faults).toHaveLength(2);
    expect(at.world.notifications('compute_task.rebuild_server')).toHaveLength(1);
    expect(at.world.notifications('compute.instance.rebuild.scheduled')).toEqual([]);
    expect(at.server.orders('rebuild_instance')).toEqual([]);
    expect(at.server.events(at.context)).toEqual([['rebuild_server', 'Error']]);
    expect(await outputOf(at)).toMatchObject({ status: 'SUCCEEDED', error: 'NoValidHost' });
  });

  it('REBUILD-04 without a spec is scheduled by its record, away from its host', async () => {
    const at = await running({ scheduler: afterBuild(() => [['host2']]) });
    await at.server.change({ system_metadata: { image_min_ram: 5, image_hw_disk_bus: 'scsi' } });

    await rebuild(at, NEW_IMAGE, null);

    const spec = fieldsOf(at.world.scheduler?.asked[1]?.spec);
    expect(spec).toMatchObject({ ignore_hosts: ['host1'], project_id: 'p' });
    expect(fieldsOf(fieldsOf(spec['image'])['properties'])).toMatchObject({ hw_disk_bus: 'scsi' });
  });

  it('REBUILD-05 whose group asks for a policy that is not configured ends in error, unscheduled', async () => {
    const at = await running({ scheduler: () => [['host1']], config: { enabledFilters: [] } });

    await rebuild(at, NEW_IMAGE, { instance_group: await at.server.group('anti-affinity') });

    expect(at.server.state).toBe('error/null');
    expect(at.world.scheduler?.asked).toHaveLength(1);
    expect(await outputOf(at)).toMatchObject({ error: 'UnsupportedPolicyException' });
  });

  it('REBUILD-06 is left as it is when the scheduler never answers, for a person to see to', async () => {
    const at = await running({ scheduler: afterBuild(() => new MessagingTimeout({ message_id: 'm' })) });
    await at.server.change({ image_ref: 'b' });

    await rebuild(at, NEW_IMAGE, CHECK);

    expect(at.server.state).toBe('active/rebuilding');
    expect(at.server.item['image_ref']).toBe('b');
    expect(at.server.faults).toEqual([]);
    expect(at.server.events(at.context)).toEqual([['rebuild_server', 'Error']]);
    expect(await outputOf(at)).toMatchObject({ status: 'FAILED', error: 'MessagingTimeout' });
  });
});
