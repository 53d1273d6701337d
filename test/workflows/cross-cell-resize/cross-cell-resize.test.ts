import { describe, expect, it } from 'vitest';
import { instanceItem } from '#records/items/instance';
import { aggregateKey, API, cellTable, faultKey, tagsKey } from '#records/keys';
import { fieldsOf, plainText } from '#wire/reading';
import { cloudOf, crossing, equip, leaving, remains, SMALL, VOLUME, type Crossing } from '../../fixtures/crossing.ts';
import { objectPlain } from '../../fixtures/object-plain.ts';

describe('a resize across cells', () => {
  it('shows the server in the other cell once its guest runs there, and hides what it was (XCELL-01)', async () => {
    const at = await crossing();

    await at.resize();

    expect(at.calls()).toEqual([
      ['host4', 'prep_snapshot_based_resize_at_dest'],
      ['host1', 'prep_snapshot_based_resize_at_source'],
      ['host4', 'finish_snapshot_based_resize_at_dest'],
    ]);
    expect(at.copies()).toEqual([
      { cell: 'cell1', hidden: true, state: 'active/resize_migrated', host: 'host1' },
      { cell: 'cell2', hidden: false, state: 'resized/null', host: 'host4' },
    ]);
    expect(at.mappedTo()).toBe('cell2');
    expect(at.migrations()).toEqual([
      ['cell1', 'post-migrating', true],
      ['cell2', 'finished', true],
    ]);
    expect(await remains(at)).toEqual([]);
  });

  it('keeps each volume for the destination, and uploads nothing of a server on a volume (XCELL-02)', async () => {
    const cloud = cloudOf();
    const at = await crossing(cloud.options);
    await equip(at.moving, cloud);

    await at.resize({ spec: { ...leaving(), is_bfv: true } });

    const held = await cloud.volumes.attachments(at.moving.context, at.moving.uuid, VOLUME);
    const device = at.beside('cell2', 'block-device#').find(({ volume_id }) => volume_id === VOLUME);
    expect(held.find(({ id }) => id === device?.['attachment_id'])?.status).toBe('reserved');
    expect(at.call('prep_snapshot_based_resize_at_source')['snapshot_id']).toBeNull();
    expect(at.call('finish_snapshot_based_resize_at_dest')['snapshot_id']).toBeNull();
  });

  it('orders hosts with all that they need, and waits for each as for other calls (XCELL-03)', async () => {
    const at = await crossing();

    await at.resize();

    expect(Object.keys(at.call('prep_snapshot_based_resize_at_dest')).toSorted()).toEqual([
      'flavor',
      'instance',
      'limits',
      'migration',
      'nodename',
    ]);
    const asked = ['prep_snapshot_based_resize_at_source', 'finish_snapshot_based_resize_at_dest'];
    for (const method of asked)
      expect(Object.keys(at.call(method)).toSorted()).toEqual(['instance', 'migration', 'snapshot_id']);
    const orders = at.moving.of.orders(at.moving.uuid).filter(({ method }) => method.includes('snapshot_based'));
    expect(orders.map(({ timeout }) => timeout)).toEqual([1800, 1800, 1800]);
  });

  it('sends the source what the caller had loaded of the server, beside what it needs', async () => {
    const at = await crossing();
    const { client, context } = at.moving;
    const asked = at.moving.arguments({ flavor: SMALL, spec: leaving() });
    const instance = { ...asked.instance, 'nova_object.data': { ...fieldsOf(asked.instance), vcpu_model: null } };

    await at.moving.of.clock.runUntil(client.migrateServer(context, { ...asked, instance }), 300_000);

    const order = fieldsOf(at.call('prep_snapshot_based_resize_at_source')['instance']);
    expect(order).toMatchObject({ vcpu_model: null, keypairs: expect.anything(), tags: expect.anything() });
    expect(order).not.toHaveProperty('resources');
  });

  it('copies no migration context that an earlier move has left', async () => {
    const at = await crossing();
    const left = objectPlain('MigrationContext', '1.2', { instance_uuid: at.moving.uuid, migration_id: 7 });
    await at.moving.change({ migration_context: left });

    await at.resize();

    const order = fieldsOf(at.call('prep_snapshot_based_resize_at_dest')['instance']);
    expect(order['migration_context']).toBeNull();
  });

  it('sends older computes the spec as well (XCELL-04)', async () => {
    const at = await crossing({ config: { computeRpc: '5.13' } });

    await at.resize();

    const spec = fieldsOf(at.call('prep_snapshot_based_resize_at_dest')['request_spec']);
    expect(fieldsOf(spec['flavor'])['name']).toBe('m1.small');
    expect(at.call('finish_snapshot_based_resize_at_dest')['request_spec']).toBeDefined();
    expect(at.copies()[1]?.state).toBe('resized/null');
  });

  it('shows one server at every moment (XCELL-06)', async () => {
    const shown: number[] = [];
    const at: Crossing = await crossing({
      around: async (go, event) => {
        const answer = await go();
        if (event.step === 'copy-records') shown.push(...at.copies().map(({ hidden }) => (hidden ? 0 : 1)));
        return answer;
      },
    });

    await at.resize();

    expect(shown).toEqual([1, 0]);
  });

  it('takes devices, tags, actions with their events and migrations along (XCELL-07)', async () => {
    const at = await crossing();
    const { uuid, of } = at.moving;
    await of.platform.tables.put(cellTable('cell1'), { ...tagsKey(uuid), tags: ['blue', 'green'] });

    await at.resize();

    const names = (cell: string, prefix: string, name: string): string[] =>
      at
        .beside(cell, prefix)
        .map((item) => plainText(item[name]))
        .toSorted((a, b) => a.localeCompare(b));
    expect(names('cell2', 'block-device#', 'uuid')).toEqual(names('cell1', 'block-device#', 'uuid'));
    expect(at.beside('cell2', 'tags')[0]?.['tags']).toEqual(['blue', 'green']);
    expect(names('cell2', 'action#', 'request_id')).toEqual(names('cell1', 'action#', 'request_id'));
    expect(names('cell2', 'event#', 'event')).toContain('compute__do_build_and_run_instance');
    expect(names('cell2', 'migration#', 'uuid')).toEqual(names('cell1', 'migration#', 'uuid'));
    expect(instanceItem(at.copy('cell2') ?? {}).metadata).toEqual(instanceItem(at.copy('cell1') ?? {}).metadata);
  });

  it('leaves faults and console tokens where they are (XCELL-08)', async () => {
    const at = await crossing();
    const { uuid, of } = at.moving;
    const fault = { instance_uuid: uuid, code: 500, message: 'before', details: '', id: 9, deleted: false };
    await of.platform.tables.put(cellTable('cell1'), { ...faultKey(uuid, 'x'), ...fault });
    await of.platform.tables.put(cellTable('cell1'), { pk: `instance#${uuid}`, sk: 'console-token#x', id: 9 });

    await at.resize();

    expect(at.beside('cell2', 'fault#')).toEqual([]);
    expect(at.beside('cell2', 'console-token#')).toEqual([]);
  });

  it('notes on both copies what a stopped server is to be again (XCELL-21)', async () => {
    const at = await crossing();
    await at.moving.change({ vm_state: 'stopped' });

    await at.resize();

    const was = ['cell1', 'cell2'].map((cell) => instanceItem(at.copy(cell) ?? {}).system_metadata['old_vm_state']);
    expect(was).toEqual(['stopped', 'stopped']);
    expect(at.copies()[1]?.state).toBe('resized/null');
  });

  it('gives the server the zone of its new host (XCELL-22)', async () => {
    const at = await crossing();
    const zone = { id: 1, uuid: 'a', name: 'a', hosts: ['host4'], metadata: { availability_zone: 'az2' } };
    await at.moving.of.platform.tables.put(API, { ...aggregateKey(1), ...zone });

    await at.resize();

    expect(at.copy('cell2')?.['availability_zone']).toBe('az2');
  });

  it('ends its events in the cell that the server has left (XCELL-23)', async () => {
    const at = await crossing();

    await at.resize();

    const results = (cell: string) =>
      Object.fromEntries(at.beside(cell, 'event#').map(({ event, result }) => [event, result ?? null]));
    expect(results('cell1')).toMatchObject({
      conductor_migrate_server: 'Success',
      cold_migrate: 'Success',
      compute_finish_snapshot_based_resize_at_dest: 'Success',
    });
    expect(results('cell2')).toMatchObject({
      conductor_migrate_server: null,
      compute_prep_snapshot_based_resize_at_dest: 'Success',
      compute_finish_snapshot_based_resize_at_dest: 'Success',
    });
  });

  it('stores the new flavor with the spec (XCELL-24)', async () => {
    const at = await crossing();

    await at.resize();

    expect(fieldsOf(at.moving.storedSpec['flavor'])['name']).toBe('m1.small');
  });

  it('counts for the quota by its new size, once', async () => {
    const at = await crossing();

    await at.resize();

    const usage = at.moving.of.items(API).find(({ pk, sk }) => pk === 'quota#p' && sk === 'usage');
    expect(usage).toMatchObject({ instances: 1, cores: 1, ram: 2048 });
  });
});
