import { expect, it } from 'vitest';
import { SMALL } from '#local/demo/flavors';
import type { Item } from '#ports/tables';
import { cellTable } from '#records/keys';
import { eventually } from '#local/nova-compute/eventually';
import type { NovaCell } from '../nova-cell.ts';

const VOLUME = 'aa4f2a0c-6f6d-4f2b-9d7c-64a1c1f5a001';

/** The host of which operators have turned everything on that works by itself. */
export const TENDED = 'host5';

/** Settings of that host: every period is over at the next look. */
export const TENDING = {
  volume_usage_poll_interval: 2,
  sync_power_state_interval: 2,
  heal_instance_info_cache_interval: 2,
  update_resources_interval: 2,
  scheduler_instance_sync_interval: 2,
  instance_delete_interval: 2,
  shelved_poll_interval: 2,
  shelved_offload_time: 1,
  running_deleted_instance_poll_interval: 2,
  running_deleted_instance_action: 'reap',
  running_deleted_instance_timeout: 1,
  reclaim_instance_interval: 1,
  resize_confirm_window: 1,
  reboot_timeout: 1,
  rescue_timeout: 1,
  instance_build_timeout: 600,
  instance_usage_audit: 'True',
  instance_usage_audit_period: 'hour',
};

/** What a compute does by itself, in its time. */
export function periodicScenarios(at: () => NovaCell): void {
  it('has its servers tended by a host with every periodic task turned on', async () => {
    const cell = at();
    const host = cell.compute(TENDED);
    await cell.start(host);
    const here = { host: TENDED };
    const [counted, rescued, shelved, halted, deleted, lost, away] = await Promise.all([
      cell.active('counted', { ...here, volume: VOLUME }),
      cell.active('rescued', here),
      cell.active('shelved', here),
      cell.active('halted', here),
      cell.active('soft-deleted', here),
      cell.active('lost', here),
      cell.active('confirmed', { host: 'host1' }),
    ]);

    await cell.user.rescue(rescued);
    await cell.user.softDelete(deleted);
    await cell.user.shelve(shelved, { kept: true });
    await cell.user.resizeAcrossCells(away, SMALL, TENDED);
    await cell.until(rescued, { vm_state: 'active', task_state: null, power_state: 1 });
    await cell.until(deleted, { vm_state: 'deleted', guests: [] });
    await cell.until(shelved, { vm_state: 'shelved_offloaded', task_state: null, guests: [] });
    await cell.until(away, { vm_state: 'active', migration: 'confirmed', host: TENDED, guests: [TENDED] });
    host.order({ destroy: { skip: true } });
    await cell.user.delete(lost);
    await cell.until(lost, { vm_state: 'deleted', guests: [TENDED] });
    host.order({});
    await cell.until(lost, { guests: [] });
    host.order({ get_info: { halted: true } });
    await cell.until(halted, { vm_state: 'stopped', task_state: null, power_state: 4 });
    host.order({});
    const [usage] = await stored(cell, `volume-usage#${VOLUME}`, () => true);
    const audits = await stored(cell, `task-log#${TENDED}#instance_usage_audit`, ({ state }) => state === 'DONE');

    expect(usage).toMatchObject({ instance_uuid: counted, curr_reads: 1, curr_write_bytes: 1024 });
    expect(audits).toEqual(audits.map(() => expect.objectContaining({ errors: 0 })));
  });
}

/** Waits until a partition of the cell has a record that is so, and answers all these: another hour has an audit of its own. */
const stored = (cell: NovaCell, partition: string, isMeant: (item: Item) => boolean): Promise<readonly Item[]> =>
  eventually(partition, async () => {
    const { tables } = cell.world.services;
    const { items } = await tables.query(cellTable(cell.compute(TENDED).cell.name), { partition });
    const meant = items.filter(isMeant);
    return meant.length > 0 && meant;
  });
