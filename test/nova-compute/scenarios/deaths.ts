import { expect, it } from 'vitest';
import { eventually } from '#local/nova-compute/eventually';
import type { NovaCell } from '../nova-cell.ts';
import type { StockCompute } from '#local/nova-compute/stock-compute';

/** Hosts that die, hang and come back. The hypervisors' own lists of guests are the proof. */
export function deathScenarios(at: () => NovaCell): void {
  it('evacuates a dead host, which comes back without the server', async () => {
    const cell = at();
    const uuid = await cell.active('evacuated');
    const dead = await cell.computeOf(uuid);

    await dead.kill();
    await cell.untilDown(dead.host);
    const moved = await cell.evacuate(dead.host);
    const server = await cell.until(uuid, { vm_state: 'active', task_state: null, migration: 'done' });
    await cell.start(dead);

    expect(moved.map((one) => one.uuid)).toContain(uuid);
    expect(server.host).not.toBe(dead.host);
    await cell.until(uuid, { guests: [server.host ?? ''] });
  });

  it('builds a server elsewhere whose host is killed in mid-build', async () => {
    const cell = at();
    const { uuid, building } = await inMidBuild(cell, 'killed');

    await building.kill();
    await cell.untilDown(building.host);
    goOn(cell);
    const server = await cell.until(uuid, { vm_state: 'active', task_state: null });
    await cell.start(building);

    expect(server.host).not.toBe(building.host);
    await mustRunOnce(cell, uuid, server.host);
  });

  it('builds a server elsewhere whose host hangs in mid-build and goes on', async () => {
    const cell = at();
    const { uuid, building } = await inMidBuild(cell, 'hung');

    building.hang();
    await cell.untilDown(building.host);
    goOn(cell);
    const server = await cell.until(uuid, { vm_state: 'active', task_state: null });
    building.goOn();
    await cell.untilUp(building);

    expect(server.host).not.toBe(building.host);
    await mustRunOnce(cell, uuid, server.host);
  });
}

/**
 * A server that was built elsewhere runs there and nowhere else, once the host that had begun with it is back; its
 * record, its claim and what its user sees are those of its one build.
 */
async function mustRunOnce(cell: NovaCell, uuid: string, host: string | null): Promise<void> {
  await cell.until(uuid, { guests: [host ?? ''] });
  // what the host that is back had noted about it is settled too
  await eventually('nothing is noted of the second guest', async () => (await cell.secondGuests()).length === 0);

  expect(await cell.look(uuid)).toMatchObject({ vm_state: 'active', task_state: null, host, fault: null });
  expect(await cell.claimsOf(uuid)).toEqual([host]);
  // a compute ends the event of its build after it has saved the server
  const moments = await eventually('its build has ended', async () => {
    const all = await cell.timelineOf(uuid);
    return all.some(({ what }) => what === 'event ended') && all;
  });
  expect(moments.filter(({ what }) => what === 'action')).toHaveLength(1);
  expect(moments.filter(({ text }) => text.includes('rollback'))).toEqual([]);
  const ended = moments.filter(({ what }) => what === 'event ended');
  expect(ended.map(({ text }) => text)).toEqual(['compute__do_build_and_run_instance: Success']);
}

/** A server whose guest is there and whose host is not done with it. */
async function inMidBuild(cell: NovaCell, name: string): Promise<{ uuid: string; building: StockCompute }> {
  for (const compute of cell.computes) compute.order({ spawn: { hold: true, after: true } });
  const [uuid = ''] = await cell.build([name]);
  await eventually('its guest', async () => cell.guestsOf(uuid).length === 1);
  return { uuid, building: cell.compute(cell.guestsOf(uuid)[0] ?? '') };
}

function goOn(cell: NovaCell): void {
  for (const compute of cell.computes) compute.order({});
}
