import { describe, expect, it } from 'vitest';
import { API, blockDeviceKey, cellTable, instanceKey } from '#records/keys';
import { markReverting } from '#workflows/fail-answer';
import { cloudOf, crossing, equip, leaving, remains, VOLUME } from '../../fixtures/crossing.ts';
import { claimsOf, config, events, failing, healResizes, resized, when } from '../../fixtures/resized-across-cells.ts';

describe('a resize across cells that is reverted', () => {
  it('has the server where it was, and nothing in the other cell (SNAP-11)', async () => {
    const at = await resized();

    await at.revert();

    expect(at.calls().slice(-2)).toEqual([
      ['host4', 'revert_snapshot_based_resize_at_dest'],
      ['host1', 'finish_revert_snapshot_based_resize_at_source'],
    ]);
    expect(at.copies()).toEqual([{ cell: 'cell1', hidden: false, state: 'active/null', host: 'host1' }]);
    expect(at.migrations()).toEqual([['cell1', 'reverted', true]]);
    expect(at.beside('cell2', '')).toEqual([]);
    expect(at.mappedTo()).toBe('cell1');
    expect(at.moving.held()).toEqual(['host1']);
    const usage = at.moving.of.items(API).find(({ pk, sk }) => pk === 'quota#p' && sk === 'usage');
    expect(usage).toMatchObject({ instances: 1, ram: 512 });
    expect(await remains(at)).toEqual([]);
  });

  it('keeps a volume that was attached meanwhile, by an attachment of its own (SNAP-12)', async () => {
    const cloud = cloudOf({ config });
    const at = await crossing(cloud.options);
    await at.resize({ spec: leaving() });
    const { context, uuid, of } = at.moving;
    const { id: attachment_id } = await cloud.volumes.createAttachment(context, VOLUME, uuid);
    const [root] = at.beside('cell2', 'block-device#');
    const device = { uuid: 'd2', volume_id: VOLUME, attachment_id, destination_type: 'volume', boot_index: null };
    await of.platform.tables.put(cellTable('cell2'), { ...root, ...device, id: 99, ...blockDeviceKey(uuid, 'd2') });

    await at.revert();

    const kept = at.beside('cell1', 'block-device#').find((item) => item['uuid'] === 'd2');
    expect(kept?.['attachment_id']).toBeTypeOf('string');
    expect(kept?.['attachment_id']).not.toBe(attachment_id);
  });

  it('lets a volume go that was detached meanwhile (SNAP-13)', async () => {
    const cloud = cloudOf({ config });
    const at = await crossing(cloud.options);
    await equip(at.moving, cloud);
    await at.resize();
    const copied = at.beside('cell2', 'block-device#').find(({ volume_id }) => volume_id === VOLUME);
    if (copied === undefined) throw new Error('the volume was not copied');
    await at.moving.of.platform.tables.delete(cellTable('cell2'), { pk: copied.pk, sk: copied.sk });

    await at.revert();

    const own = at.beside('cell1', 'block-device#').find(({ volume_id }) => volume_id === VOLUME);
    expect(own?.['deleted']).toBe(true);
    expect(at.copies()[0]?.state).toBe('active/null');
  });

  it('keeps what was done meanwhile, and ends its event where the server is (SNAP-14, SNAP-15)', async () => {
    const at = await resized();
    const meanwhile = { status: 'finished', action: 'attach_volume', task: null, request: 'req-meanwhile' };
    await at.answering('attach_volume', meanwhile);

    await at.revert();

    const actions = at.beside('cell1', 'action#').map(({ action }) => action);
    expect(actions).toEqual(expect.arrayContaining(['attach_volume', 'revertResize']));
    expect(events(at, 'cell1')).toMatchObject({
      conductor_revert_snapshot_based_resize: 'Success',
      compute_revert_snapshot_based_resize_at_dest: 'Success',
    });
  });

  it('marks the copy that is shown when it fails before the switch (SNAP-16)', async () => {
    const at = await resized({ around: failing('prepare-source') });

    await at.revert();

    expect(at.mappedTo()).toBe('cell2');
    expect(at.copies().map(({ cell, hidden, state }) => [cell, hidden, state])).toEqual([
      ['cell1', true, 'active/resize_migrated'],
      ['cell2', false, 'error/null'],
    ]);
    expect(at.migrations()).toContainEqual(['cell2', 'error', true]);
  });

  it('marks the copy that is shown when it fails after the switch (SNAP-17)', async () => {
    const at = await resized({ behaviour: when('revert_snapshot_based_resize_at_dest', { fail: 'it hangs' }) });

    await at.revert();

    expect(at.mappedTo()).toBe('cell1');
    expect(at.copies().map(({ cell, hidden, state }) => [cell, hidden, state])).toEqual([
      ['cell1', false, 'error/null'],
      ['cell2', true, 'error/resize_reverting'],
    ]);
    expect(at.migrations()).toContainEqual(['cell1', 'error', true]);
    for (const cell of ['cell1', 'cell2']) expect(at.copy(cell)).not.toHaveProperty('op:revert-across-cells:owner');
  });

  it('leaves a migration alone that is confirmed by now when it could not begin', async () => {
    const at = await resized({ around: failing('begin') });
    const asked = { status: 'confirmed', action: 'revertResize', task: 'resize_reverting', request: 'req-revert' };
    const { context, args } = await at.answering('revert_snapshot_based_resize', asked);

    await at.moving.client.revertSnapshotBasedResize(context, args);
    await at.moving.of.end();

    expect(at.migrations()).toContainEqual(['cell2', 'confirmed', true]);
  });

  it('says that a hard reboot is needed when the source cannot start the guest (SNAP-18)', async () => {
    const at = await resized({
      behaviour: when('finish_revert_snapshot_based_resize_at_source', { fail: 'no network' }),
    });

    await at.revert();

    expect(at.copies()).toEqual([{ cell: 'cell1', hidden: false, state: 'error/null', host: 'host1' }]);
    expect(at.moving.of.platform.log.lines.map(({ message }) => message)).toContain(
      'the source did not start the guest: the server may need a hard reboot',
    );
  });

  it.each(['revert_snapshot_based_resize_at_dest', 'finish_revert_snapshot_based_resize_at_source'])(
    'is reverted when it is healed, though %s had failed',
    async (method) => {
      const at = await resized({
        behaviour: (order) =>
          order.method === method && order.context.request_id === 'req-revert' ? { fail: 'no network' } : 'build',
      });
      const { migration } = await claimsOf(at);
      await at.revert();
      const before = [at.moving.held(), at.moving.held(migration)];

      const left = await healResizes(at.moving.of);

      expect(left).toEqual([]);
      expect(before).toEqual(method.startsWith('finish') ? [['host1'], []] : [['host4'], ['host1']]);
      expect(at.copies()).toEqual([{ cell: 'cell1', hidden: false, state: 'active/null', host: 'host1' }]);
      expect(at.migrations()).toEqual([['cell1', 'reverted', true]]);
      expect(at.moving.held()).toEqual(['host1']);
      expect(await remains(at)).toEqual([]);
    },
  );

  it('holds what it held once its guest is destroyed, though nobody orders its source to start it', async () => {
    const at = await resized({ around: failing('order-start') });

    await at.revert();

    const { migration } = await claimsOf(at);
    expect([at.moving.held(), at.moving.held(migration)]).toEqual([['host1'], []]);
    expect(at.copies()).toEqual([{ cell: 'cell1', hidden: false, state: 'error/null', host: 'host1' }]);
  });

  it('leaves a stopped server off (SNAP-19)', async () => {
    const at = await crossing({ config });
    await at.moving.change({ vm_state: 'stopped' });
    await at.resize();

    await at.revert();

    expect(at.copies()).toEqual([{ cell: 'cell1', hidden: false, state: 'stopped/null', host: 'host1' }]);
    const host1 = at.moving.of.world.fleet.computes.find(({ host }) => host === 'host1');
    expect(host1?.guests.has(at.moving.uuid)).toBe(false);
  });

  it('asks for the guest of a hidden copy to be destroyed, and never for that of the server', async () => {
    const at = await resized();
    const { services } = at.moving.of;

    await markReverting(services, 'cell1', at.moving.uuid);
    await markReverting(services, 'cell2', at.moving.uuid);

    expect(at.copies().map(({ cell, hidden, state }) => [cell, hidden, state.split('/').at(-1)])).toEqual([
      ['cell1', true, 'resize_reverting'],
      ['cell2', false, 'null'],
    ]);
  });

  it('is ended when it is asked for again, though a part of the copy alone was deleted', async () => {
    let broken = false;
    const at = await resized({
      around: async (run, { step }) => {
        if (step !== 'delete-target' || broken) return run();
        broken = true;
        const { tables } = at.moving.of.platform;
        await tables.delete(cellTable('cell2'), instanceKey(at.moving.uuid));
        throw new TypeError('x is not a function');
      },
    });
    const { migration } = await claimsOf(at);
    await at.revert();

    await healResizes(at.moving.of);

    expect(broken).toBe(true);
    expect(at.beside('cell2', '')).toEqual([]);
    expect(at.moving.held(migration)).toEqual([]);
  });
});
