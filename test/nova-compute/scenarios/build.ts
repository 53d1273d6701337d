import { expect, it } from 'vitest';
import { eventually } from '#local/nova-compute/eventually';
import type { NovaCell } from '../nova-cell.ts';

/** Servers that are built. */
export function buildScenarios(at: () => NovaCell): void {
  it('builds one server', async () => {
    const cell = at();

    const uuid = await cell.active('one');

    const server = await cell.look(uuid);
    expect(server).toMatchObject({ power_state: 1, fault: null });
    expect(server?.guests).toEqual([server?.host]);
  });

  it('builds ten servers at once', async () => {
    const cell = at();
    const names = Array.from({ length: 10 }, (_, number) => `ten-${number}`);

    const uuids = await cell.build(names);
    const servers = await Promise.all(uuids.map((uuid) => cell.until(uuid, { vm_state: 'active', task_state: null })));

    for (const { host, guests } of servers) expect(guests).toEqual([host]);
    for (const uuid of uuids) await cell.user.delete(uuid);
    for (const uuid of uuids) await cell.until(uuid, { vm_state: 'deleted', guests: [] });
  });

  it('builds a server elsewhere that hosts fail to build', async () => {
    const cell = at();
    const [first, second, third] = cell.computes;
    for (const compute of [first, second]) compute?.order({ spawn: { fail: 'no hypervisor today' } });

    const uuid = await cell.active('rescheduled');

    for (const compute of [first, second]) compute?.order({});
    expect(await cell.look(uuid)).toMatchObject({ host: third?.host, guests: [third?.host] });
  });

  it('buries a server that every host fails to build', async () => {
    const cell = at();
    for (const compute of cell.computes) compute.order({ spawn: { fail: 'no hypervisor today' } });

    const [uuid = ''] = await cell.build(['exhausted']);
    const server = await cell.until(uuid, { vm_state: 'error', task_state: null });

    for (const compute of cell.computes) compute.order({});
    // as in Nova, its fault is recorded after its state
    const fault = await eventually('its fault', async () => (await cell.look(uuid))?.fault ?? undefined);
    expect(server).toMatchObject({ guests: [] });
    expect(fault).toMatch(/exceeded maximum number of retries|no valid host/iu);
  });

  it('deletes a server in mid-build', async () => {
    const cell = at();
    for (const compute of cell.computes) compute.order({ spawn: { hold: true, after: true } });
    const [uuid = ''] = await cell.build(['deleted']);
    await eventually('its guest', async () => cell.guestsOf(uuid).length === 1);

    await cell.user.delete(uuid);
    for (const compute of cell.computes) compute.order({});

    const server = await cell.until(uuid, { vm_state: 'deleted', guests: [] });
    expect(server.fault).toBeNull();
  });
}
