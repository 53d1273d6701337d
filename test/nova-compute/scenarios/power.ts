import { expect, it } from 'vitest';
import type { NovaCell } from '../nova-cell.ts';

/** Servers that are stopped, started, rebuilt and shelved where they are. */
export function powerScenarios(at: () => NovaCell): void {
  it('stops, starts and reboots a server', async () => {
    const cell = at();
    const uuid = await cell.active('power');

    await cell.user.stop(uuid);
    const stopped = await cell.until(uuid, { vm_state: 'stopped', task_state: null });
    await cell.user.start(uuid);
    await cell.until(uuid, { vm_state: 'active', task_state: null });
    await cell.user.reboot(uuid, 'SOFT');
    await cell.until(uuid, { vm_state: 'active', task_state: null });
    await cell.user.reboot(uuid, 'HARD');
    const server = await cell.until(uuid, { vm_state: 'active', task_state: null });

    expect(stopped.power_state).toBe(4);
    expect(server).toMatchObject({ power_state: 1, fault: null });
  });

  it('rebuilds a server where it is', async () => {
    const cell = at();
    const uuid = await cell.active('rebuilt');
    const before = await cell.look(uuid);

    await cell.user.rebuild(uuid);
    const server = await cell.until(uuid, { vm_state: 'active', task_state: null });

    expect(server).toMatchObject({ host: before?.host, guests: [before?.host], fault: null });
  });

  it('shelves a server and brings it back', async () => {
    const cell = at();
    const uuid = await cell.active('shelved');

    await cell.user.shelve(uuid, { kept: true });
    const shelved = await cell.until(uuid, { vm_state: 'shelved_offloaded', task_state: null, host: null });
    await cell.user.unshelve(uuid);
    const server = await cell.until(uuid, { vm_state: 'active', task_state: null });

    expect(shelved.guests).toEqual([]);
    expect(server.guests).toEqual([server.host]);
    expect(server.fault).toBeNull();
  });
}
