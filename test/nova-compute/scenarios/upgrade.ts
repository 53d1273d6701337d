import { expect, it } from 'vitest';
import type { NovaCell } from '../nova-cell.ts';

/** A host of an older release that is upgraded in place, beside hosts of the newest. */
export function upgradeScenarios(at: () => NovaCell): void {
  it('upgrades a host from 33.0.2 to 34.0.0, which keeps its server', async () => {
    const cell = at();
    const host = cell.compute('host4');
    await cell.start(host);
    const uuid = await cell.active('upgraded', { host: host.host });
    const before = await cell.serviceVersion(host.host);

    await host.stop();
    host.start('34.0.0');
    await cell.untilServiceVersion(host.host, 74);
    await cell.untilUp(host);
    await cell.user.stop(uuid);
    await cell.until(uuid, { vm_state: 'stopped', task_state: null });
    await cell.user.start(uuid);
    await cell.until(uuid, { vm_state: 'active', task_state: null });
    await cell.user.liveMigrate(uuid, null);
    const server = await cell.until(uuid, { migration: 'completed', task_state: null });

    expect(before).toBe(72);
    expect(server.host).not.toBe(host.host);
    expect(server.guests).toEqual([server.host]);
  });
}
