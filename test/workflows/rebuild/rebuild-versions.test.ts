import { describe, expect, it } from 'vitest';
import { afterBuild } from '../../fixtures/host-scripts.ts';
import { leftOver } from '../../fixtures/ledger.ts';
import { EVACUATE, migrationOf, rebuild, rebuildCast, running, stranded } from '../../fixtures/rebuilt-server.ts';

const NEW_IMAGE = { orig_image_ref: 'a', image_ref: 'b' };

describe('a rebuild of a version that is not served', () => {
  it('is put aside with the reason and counted, is a fault of the server, and nothing is done (SURF-02)', async () => {
    const at = await running({ scheduler: () => [['host1']] });
    const before = at.server.item;

    await rebuildCast(at, { host: 'host1' }, {}, '1.27');
    await at.world.end();

    const { log, queues } = at.world.platform;
    const [letter] = queues.messages('compute-task-dlq');
    expect(letter?.attributes?.['reason']).toMatch(/^UnsupportedVersion: .*1\.27/u);
    expect(log.counts.get('dead_letters')).toBe(1);
    expect(at.server.orders('rebuild_instance')).toEqual([]);
    expect(at.server.faults).toEqual([[500, expect.stringContaining('1.27')]]);
    expect(at.server.state).toBe('active/null');
    expect(at.server.item['image_ref']).toBe(before['image_ref']);
    expect(at.world.claims(at.server.uuid)).toEqual(['host1']);
  });
});

describe('a rebuild with an argument that the version of its message does not have', () => {
  it('is refused by the name of the argument (SURF-03)', async () => {
    const at = await running({ scheduler: () => [['host1']] });

    await rebuildCast(at, { host: 'host1', target_state: 'stopped' }, {}, '1.24');
    await at.world.end();

    const [letter] = at.world.platform.queues.messages('compute-task-dlq');
    expect(letter?.attributes?.['reason']).toContain('target_state');
    expect(at.server.orders('rebuild_instance')).toEqual([]);
    expect(at.server.faults).toEqual([[500, expect.stringContaining('target_state')]]);
  });
});

describe('a rebuild that asks for its boot volume to be written anew', () => {
  it('is ordered to write it, and nobody else is asked (REIMG-01)', async () => {
    const at = await running({ scheduler: () => [['host1']] });
    await at.server.change({ image_ref: '' });

    await rebuild(at, { host: 'host1', reimage_boot_volume: true });

    const [order] = at.server.orders('rebuild_instance');
    expect(order).toMatchObject({ version: '6.1', args: { reimage_boot_volume: true } });
    expect(at.server.state).toBe('active/null');
    expect(at.server.faults).toEqual([]);
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('is refused where the computes are too old, and has its image again (REIMG-02)', async () => {
    const at = await running({ scheduler: () => [['host1']], config: { computeRpc: '6.0' } });
    await at.server.change({ image_ref: 'b' });

    await rebuild(at, { host: 'host1', reimage_boot_volume: true, ...NEW_IMAGE });

    expect(at.server.orders('rebuild_instance')).toEqual([]);
    expect(at.server.state).toBe('active/null');
    expect(at.server.item['image_ref']).toBe('a');
    expect(at.server.faults).toEqual([[400, expect.stringContaining('6.1')]]);
    expect(await leftOver(at.world)).toEqual([]);
  });
});

describe('an evacuation that is to leave its server off', () => {
  it('orders the host to leave it off (REIMG-07)', async () => {
    const at = await stranded({ scheduler: afterBuild(() => [['host2']]), config: { computeRpc: '6.2' } });

    await rebuild(at, { ...EVACUATE, target_state: 'stopped' });

    const [order] = at.server.orders('rebuild_instance');
    expect(order).toMatchObject({ host: 'host2', version: '6.2', args: { target_state: 'stopped' } });
  });

  it('is refused where the computes are too old, with its claim given back (REIMG-08)', async () => {
    const at = await stranded({ scheduler: afterBuild(() => [['host2']]), config: { computeRpc: '6.1' } });

    await rebuild(at, { ...EVACUATE, target_state: 'stopped' });

    expect(at.server.orders('rebuild_instance')).toEqual([]);
    expect(at.server.state).toBe('error/null');
    expect(at.server.faults).toEqual([[400, expect.stringContaining('6.2')]]);
    expect(migrationOf(at)?.['status']).toBe('error');
    expect(at.world.claims(at.server.uuid)).toEqual(['host1']);
    expect(await leftOver(at.world)).toEqual([]);
  });
});
