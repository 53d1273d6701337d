import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unknownErrors } from './known-errors.ts';
import { NovaCell } from './nova-cell.ts';
import { CELL_RELEASES, isRelease } from './releases.ts';
import { writeReport } from './report.ts';
import { buildScenarios } from './scenarios/build.ts';
import { deathScenarios } from './scenarios/deaths.ts';
import { moveScenarios } from './scenarios/moves.ts';
import { outageScenarios } from './scenarios/outage.ts';
import { powerScenarios } from './scenarios/power.ts';
import { upgradeScenarios } from './scenarios/upgrade.ts';

const asked = (process.env['NOVA_RELEASES'] ?? '').split(',').filter(isRelease);

describe.each(asked.length > 0 ? asked : CELL_RELEASES)('a cell of nova-compute %s', (release) => {
  let cell: NovaCell;
  const at = (): NovaCell => cell;

  beforeAll(async () => {
    cell = await NovaCell.boot({ host1: release, host2: release, host3: release, host4: '33.0.2' });
    await cell.start(...cell.computes.slice(0, 3));
  }, 600_000);

  afterAll(async () => {
    writeReport(release, cell);
    await cell.stop();
  }, 120_000);

  describe('power', () => {
    powerScenarios(at);
  });
  describe('build', () => {
    buildScenarios(at);
  });
  describe('moves', () => {
    moveScenarios(at);
  });
  describe('deaths', () => {
    deathScenarios(at);
  });

  describe('outage', () => {
    outageScenarios(at);
  });
  // nova 34.0.0 refuses cells with computes older than 33
  describe.runIf(release === '34.0.0')('upgrade', () => {
    upgradeScenarios(at);
  });

  it('writes no ERROR line that is not known', async () => {
    const unknown = cell.computes.flatMap((compute) => unknownErrors(compute.lines()));

    expect(unknown).toEqual([]);
  });
});
