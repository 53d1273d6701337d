import { expect, it } from 'vitest';
import type { NovaCell } from '../nova-cell.ts';

const PATIENCE = 180_000;

/** SQS is away for the hosts. */
export function outageScenarios(at: () => NovaCell): void {
  it('outlives SQS being away, and no server is touched', { timeout: PATIENCE }, async () => {
    const cell = at();
    const uuid = await cell.active('outage');
    const before = await cell.look(uuid);

    cell.queues.shut();
    await cell.untilSilent();
    cell.queues.open();
    await Promise.all(cell.running.map((compute) => cell.untilUp(compute)));

    expect(await cell.look(uuid)).toEqual(before);
    const lines = cell.running.map((compute) => compute.lines().filter((line) => line.includes('cannot be reached')));
    for (const said of lines) expect(said.length).toBeGreaterThan(0);
  });
}
