import { describe, expect, it } from 'vitest';
import { runTask } from '#task-rpc/tasks';
import { instanceItem } from '#records/items/instance';
import { cellTable, instanceKey, requestSpecKey } from '#records/keys';
import { remains } from '../../fixtures/crossing.ts';
import { change, claimsOf, config, failing, resized, when } from '../../fixtures/resized-across-cells.ts';
import { Users } from '../../worlds/users.ts';

const nothing = async (): Promise<unknown> => undefined;

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

  it('publishes its start with the one copy and its end with the other (SNAP-03)', async () => {
    const at = await resized({ config: { ...config, notificationFormat: 'both' } });

    await at.confirm();

    const published = at.moving.of.notifications().filter(({ eventType }) => eventType.includes('confirm'));
    expect(published.map(({ eventType }) => eventType)).toEqual([
      'compute.instance.resize.confirm.start',
      'instance.resize_confirm.start',
      'compute.instance.resize.confirm.end',
      'instance.resize_confirm.end',
    ]);
    expect([published[0], published[2]].map((each) => JSON.stringify(each?.payload).match(/host\d/u)?.[0])).toEqual([
      'host1',
      'host4',
    ]);
    const own = at.moving.of.services.config.host;
    expect(published.map(({ publisherId }) => publisherId)).toEqual([
      `compute.${own}`,
      `nova-compute:${own}`,
      `compute.${own}`,
      `nova-compute:${own}`,
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

  it('ends in error when the source does not answer, and can be confirmed again (SNAP-06, SNAP-07)', async () => {
    let tries = 0;
    const at = await resized({
      behaviour: ({ method }) =>
        method === 'confirm_snapshot_based_resize_at_source' && (tries += 1) === 1 ? { delay: 900_000 } : 'build',
    });

    const error = await at.confirm();
    const failed = at.copies();
    const statuses = at.migrations();
    const held = at.moving.held();
    const again = await at.confirm(null, 'req-again');

    expect(error?.name).toBe('MessagingTimeout');
    expect(failed.map(({ cell, hidden, state }) => [cell, hidden, state])).toEqual([
      ['cell1', true, 'active/resize_migrated'],
      ['cell2', false, 'error/null'],
    ]);
    expect(statuses).toContainEqual(['cell2', 'error', true]);
    expect(held).toEqual(['host4']);
    expect(again).toBeNull();
    expect(at.copies()).toEqual([{ cell: 'cell2', hidden: false, state: 'active/null', host: 'host4' }]);
  });

  it('is ended when it is asked for again, though a part of the copy alone was deleted', async () => {
    let broken = false;
    const at = await resized({
      around: async (run, { step }) => {
        if (step !== 'delete-source' || broken) return run();
        broken = true;
        const { tables } = at.moving.of.platform;
        await tables.delete(cellTable('cell1'), instanceKey(at.moving.uuid));
        throw new TypeError('x is not a function');
      },
    });
    const { migration } = await claimsOf(at);
    await at.confirm();

    await at.confirm(null, 'req-again');

    expect(broken).toBe(true);
    expect(at.beside('cell1', '')).toEqual([]);
    expect(at.moving.held(migration)).toEqual([]);
  });

  it('leaves the server what it holds where it runs when the source fails', async () => {
    const at = await resized({ behaviour: when('confirm_snapshot_based_resize_at_source', { fail: 'no' }) });
    const { migration, held } = await claimsOf(at);

    await at.confirm();

    expect([at.moving.held(), at.moving.held(migration)]).toEqual([['host4'], ['host1']]);
    expect(held).toEqual([['host4'], ['host1']]);
  });

  it('waits for its user again when the request could not begin', async () => {
    const at = await resized({ around: failing('begin') });

    const error = await at.confirm();

    expect(error?.name).toBe('RemoteError');
    expect(at.copies().map(({ state }) => state)).toEqual(['active/resize_migrated', 'resized/null']);
    expect(at.migrations()).toEqual([
      ['cell1', 'post-migrating', true],
      ['cell2', 'finished', true],
    ]);
  });

  it('is over, its migration in error, when its user has deleted the server before it could begin', async () => {
    const at = await resized();
    await at.moving.of.clock.runUntil(new Users(at.moving.of).deleteServer(at.moving.uuid), 3_600_000);

    const error = await at.confirm();

    expect(error?.name).toBe('InstanceNotFound');
    expect(at.migrations()).toContainEqual(['cell2', 'error', true]);
  });

  it('is refused once a revert has brought the server back: its source keeps what it is to have again', async () => {
    const at = await resized({ behaviour: when('revert_snapshot_based_resize_at_dest', { fail: 'it hangs' }) });
    await at.revert();
    await at.moving.begin('confirmResize', 'req-confirm');

    const error = await at.confirm();

    expect(error?.name).toBe('InstanceInvalidState');
    expect(at.calls().map(([, method]) => method)).not.toContain('confirm_snapshot_based_resize_at_source');
    expect(at.mappedTo()).toBe('cell1');
  });

  it('is over for its caller when its user has deleted the server before it failed', async () => {
    let vanish = nothing;
    const at = await resized({
      around: async (go, event, where) => {
        if (event.step === 'fail') await vanish();
        return failing('delete-source')(go, event, where);
      },
    });
    const { of, uuid } = at.moving;
    vanish = () => of.platform.tables.update('cell-cell2', instanceKey(uuid), { set: { deleted: true } });

    const error = await at.confirm();

    expect(error?.message).toContain('NotSaved');
    expect(await of.executions('confirm-across-cells')).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(at.beside('cell2', 'fault#')).toEqual([]);
  });

  it('publishes its failure where the server has no spec (SNAP-08)', async () => {
    const at = await resized({ behaviour: when('confirm_snapshot_based_resize_at_source', { fail: 'no' }) });
    await at.moving.of.platform.tables.delete('build-requests', requestSpecKey(at.moving.uuid));

    const error = await at.confirm();

    expect(error?.name).toBe('RemoteError');
    expect(at.beside('cell2', 'fault#')).toHaveLength(1);
    expect(at.moving.of.notifications('compute_task.migrate_server')).toHaveLength(1);
  });

  it('is confirmed when the host that has it asks, and no other host may (SNAP-09)', async () => {
    const at = await resized();
    const { of, uuid } = at.moving;
    const asked = { status: 'confirming', action: 'confirmResize', task: null, request: 'req-confirm' };
    const { context, args } = await at.answering('confirm_snapshot_based_resize', asked);
    const by = (host: string) => {
      const sent = {
        method: 'confirm_snapshot_based_resize',
        namespace: 'compute_task',
        version: '1.22',
        args,
        context,
      };
      return runTask(of.services, { ...sent, kind: 'request', uniqueId: 'u1', reply: undefined, timeout: undefined }, [
        host,
      ]);
    };

    const refused = by('host1');
    await expect(refused).rejects.toThrow('host1 may ask for a reschedule and for nothing else');
    await by('host4');
    await of.end();

    expect(at.copies()).toEqual([{ cell: 'cell2', hidden: false, state: 'active/null', host: 'host4' }]);
    expect(at.migrations()).toEqual([['cell2', 'confirmed', true]]);
    expect(await remains(at)).toEqual([]);
    expect(of.claims(uuid)).toEqual(['host4']);
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
