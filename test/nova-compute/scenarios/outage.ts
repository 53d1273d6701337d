import { expect, it } from 'vitest';
import { eventually } from '#local/nova-compute/eventually';
import type { NovaCell } from '../nova-cell.ts';
import type { StockCompute } from '#local/nova-compute/stock-compute';

/** SQS, and the function URL where they use it, are away for the hosts. */
export function outageScenarios(at: () => NovaCell): void {
  it('outlives SQS being away, and no server is touched', async () => {
    const cell = at();
    const uuid = await cell.active('outage');
    const before = await cell.look(uuid);

    cell.ways.shut();
    await cell.untilSilent();
    await eventually('every compute says so', async () => cell.running.every(misses));
    cell.ways.open();
    await Promise.all(cell.running.map((compute) => cell.untilUp(compute)));

    expect(await cell.look(uuid)).toEqual(before);
  });
}

/** Whether a compute has said that it cannot reach the conductor. */
const misses = (compute: StockCompute): boolean => compute.lines().some((line) => line.includes('cannot be reached'));
