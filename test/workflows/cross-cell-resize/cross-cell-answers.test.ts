import { describe, expect, it } from 'vitest';
import { instanceItem } from '#records/items/instance';
import { API, blockDeviceKey, cellTable, instanceKey, requestSpecKey } from '#records/keys';
import { plainText } from '#wire/reading';
import { cloudOf, crossing, equip, leaving, remains, VOLUME, type Crossing } from '../../fixtures/crossing.ts';
import type { BuildWorldOptions } from '../../fixtures/build-world.ts';

const config = { hostCallSeconds: 300 };

const when =
  (method: string, kind: { readonly fail: string } | { readonly delay: number }) =>
  (order: { readonly method: string }) => (order.method === method ? kind : ('build' as const));

/** A server that was resized across cells. */
async function resized(options: BuildWorldOptions = {}): Promise<Crossing> {
  const at = await crossing({ config, ...options });
  await at.resize();
  return at;
}

const change = (at: Crossing, cell: string, set: Record<string, string | number | null>): Promise<unknown> =>
  at.moving.of.platform.tables.update(cellTable(cell), instanceKey(at.moving.uuid), { set });

const events = (at: Crossing, cell: string) =>
  Object.fromEntries(at.beside(cell, 'event#').map(({ event, result }) => [plainText(event), result ?? null]));

describe('a resize across cells that is confirmed', () => {
  it('leaves the server in its new cell alone (SNAP-01)', async () => {
    const at = await resized();

    const error = await at.confirm();

    expect(error).toBeNull();
    expect(at.calls().at(-1)).toEqual(['host1', 'confirm_snapshot_based_resize_at_source']);
    expect(at.copies()).toEqual([{ cell: 'cell2', hidden: false, state: 'active/null', host: 'host4' }]);
    expect(at.migrations()).toEqual([['cell2', 'confirmed', true]]);
    expect(at.beside('cell1', '')).toEqual([]);
    const { old_flavor, new_flavor, migration_context, system_metadata } = instanceItem(at.copy('cell2') ?? {});
    expect([old_flavor, new_flavor, migration_context, system_metadata['old_vm_state']]).toEqual([
      null,
      null,
      null,
      undefined,
    ]);
    expect(at.moving.held()).toEqual(['host4']);
    expect(await remains(at)).toEqual([]);
  });

  it('stops a server whose guest is off (SNAP-02)', async () => {
    const at = await resized();
    await change(at, 'cell2', { power_state: 4 });

    await at.confirm();

    expect(at.copies()[0]?.state).toBe('stopped/null');
  });

  it('tells its start of the one copy and its end of the other (SNAP-03)', async () => {
    const at = await resized({ config: { ...config, notificationFormat: 'both' } });

    await at.confirm();

    const told = at.moving.of.notifications().filter(({ eventType }) => eventType.includes('confirm'));
    expect(told.map(({ eventType }) => eventType)).toEqual([
      'compute.instance.resize.confirm.start',
      'instance.resize_confirm.start',
      'compute.instance.resize.confirm.end',
      'instance.resize_confirm.end',
    ]);
    expect([told[0], told[2]].map((each) => JSON.stringify(each?.payload).match(/host\d/u)?.[0])).toEqual([
      'host1',
      'host4',
    ]);
  });

  it('is confirmed for a deletion that waits for it (SNAP-04)', async () => {
    const at = await resized();

    const error = await at.confirm('deleting');

    expect(error).toBeNull();
    expect(at.copies()).toEqual([{ cell: 'cell2', hidden: false, state: 'active/null', host: 'host4' }]);
  });

  it('ends in error while something else is done with the server (SNAP-05)', async () => {
    const at = await resized();

    const error = await at.confirm('rebooting');

    expect(error?.name).toBe('UnexpectedTaskStateError');
    expect(at.copies()).toEqual([{ cell: 'cell2', hidden: false, state: 'error/null', host: 'host4' }]);
    expect(at.beside('cell2', 'fault#')).toHaveLength(1);
  });

  it('ends in error when the source does not answer, and can be confirmed again (SNAP-06) (SNAP-07)', async () => {
    let tries = 0;
    const at = await resized({
      behaviour: ({ method }) =>
        method === 'confirm_snapshot_based_resize_at_source' && (tries += 1) === 1 ? { delay: 900_000 } : 'build',
    });

    const error = await at.confirm();
    const failed = at.copies();
    const statuses = at.migrations();
    const again = await at.confirm(null, 'req-again');

    expect(error?.name).toBe('MessagingTimeout');
    expect(failed.map(({ cell, hidden, state }) => [cell, hidden, state])).toEqual([
      ['cell1', true, 'active/resize_migrated'],
      ['cell2', false, 'error/null'],
    ]);
    expect(statuses).toContainEqual(['cell2', 'error', true]);
    expect(again).toBeNull();
    expect(at.copies()).toEqual([{ cell: 'cell2', hidden: false, state: 'active/null', host: 'host4' }]);
  });

  it('tells its failure where the server has no spec (SNAP-08)', async () => {
    const at = await resized({ behaviour: when('confirm_snapshot_based_resize_at_source', { fail: 'no' }) });
    await at.moving.of.platform.tables.delete('build-requests', requestSpecKey(at.moving.uuid));

    const error = await at.confirm();

    expect(error?.name).toBe('RemoteError');
    expect(at.beside('cell2', 'fault#')).toHaveLength(1);
    expect(at.moving.of.notifications('compute_task.migrate_server')).toHaveLength(1);
  });

  it('is asked of the source once however often the message comes (SNAP-10)', async () => {
    const at = await resized();
    const asked = { status: 'confirming', action: 'confirmResize', task: null, request: 'req-confirm' };
    const { context, args } = await at.answering('confirm_snapshot_based_resize', asked);
    const { client, of } = at.moving;

    await client.cast('confirm_snapshot_based_resize', '1.22', args, context);
    await client.cast('confirm_snapshot_based_resize', '1.22', args, context);
    await of.end();

    expect(at.moving.orders('confirm_snapshot_based_resize_at_source')).toHaveLength(1);
    expect(at.copies()).toEqual([{ cell: 'cell2', hidden: false, state: 'active/null', host: 'host4' }]);
  });
});

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

  it('keeps what was done meanwhile, and ends its event where the server is (SNAP-14) (SNAP-15)', async () => {
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
    const at: Crossing = await resized({
      around: async (go, event) => {
        if (event.step === 'prepare-source') throw Object.assign(new Error('no'), { name: 'NotSaved' });
        return go();
      },
    });

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
      ['cell2', true, 'error/null'],
    ]);
    expect(at.migrations()).toContainEqual(['cell1', 'error', true]);
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

  it('leaves a stopped server off (SNAP-19)', async () => {
    const at = await crossing({ config });
    await at.moving.change({ vm_state: 'stopped' });
    await at.resize();

    await at.revert();

    expect(at.copies()).toEqual([{ cell: 'cell1', hidden: false, state: 'stopped/null', host: 'host1' }]);
    const host1 = at.moving.of.world.fleet.computes.find(({ host }) => host === 'host1');
    expect(host1?.guests.has(at.moving.uuid)).toBe(false);
  });
});
