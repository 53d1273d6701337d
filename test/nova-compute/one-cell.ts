import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unknownErrors } from './known-errors.ts';
import { PLACEMENT } from '#records/keys';
import { readProvider, readProviderWrites, type ProviderState, type ProviderWrites } from '#placement/provider-item';
import { standIns } from './beside-nova.ts';
import { booted, explainFailures } from './explain-failures.ts';
import { HOSTS, NovaCell } from './nova-cell.ts';
import type { Release } from '#local/nova-compute/releases';
import { writeReport } from './report.ts';
import { buildScenarios } from './scenarios/build.ts';
import { deathScenarios } from './scenarios/deaths.ts';
import { moveScenarios } from './scenarios/moves.ts';
import { outageScenarios } from './scenarios/outage.ts';
import { periodicScenarios, TENDED, TENDING } from './scenarios/periodic.ts';
import { powerScenarios } from './scenarios/power.ts';
import { upgradeScenarios } from './scenarios/upgrade.ts';

/** Releases whose computes post their calls to the function URL; those of the others send all by queues. */
const DIRECT: readonly Release[] = ['34.0.0'];

/** Starts a host, and kills it: no work goes to it once it is down. */
async function joinAndDie(cell: NovaCell, host: string): Promise<void> {
  await cell.start(cell.compute(host));
  await cell.compute(host).kill();
}

/** What a cell whose computes are of one release goes through, each scenario after the one before. */
export function cellOf(release: Release): void {
  describe(`a cell of nova-compute ${release}`, () => {
    let cell: NovaCell;
    const at = (): NovaCell => cell;

    beforeAll(() =>
      booted(release, async () => {
        cell = await NovaCell.boot(
          { host1: release, host2: release, host3: release, host4: '33.0.2', [TENDED]: release },
          standIns,
          { settings: { [TENDED]: TENDING }, directly: DIRECT.includes(release) },
        );
        // a host older than its cell is refused, as in Nova: the one that is upgraded later has joined before the others
        if (release === '34.0.0') await joinAndDie(cell, 'host4');
        await cell.start(...cell.computes.slice(0, HOSTS));
        if (release === '34.0.0') await cell.untilDown('host4');
      }),
    );

    explainFailures(release, at);

    afterAll(async () => {
      writeReport(release, cell);
      await cell.stop();
    });

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

    // its host takes part in nothing else
    describe('periodic tasks', () => {
      periodicScenarios(at);
    });

    it('has its inventories and traits in the books of the scheduler', async () => {
      const providers = new Map<string, ProviderState & ProviderWrites>();
      for await (const item of cell.platform.scan(PLACEMENT)) {
        if (item.sk !== 'provider') continue;
        const provider = { ...readProvider(item), ...readProviderWrites(item) };
        providers.set(provider.provider.host, provider);
      }

      const hosts = ['host1', 'host2', 'host3'].map((host) => providers.get(host));
      const reported = { isReported: true, parent: null, traits: expect.arrayContaining(['COMPUTE_NODE']) };
      expect(hosts).toMatchObject([reported, reported, reported]);
    });

    it('writes no ERROR line that is not known', async () => {
      const unknown = cell.computes.flatMap((compute) => unknownErrors(compute.lines()));

      expect(unknown).toEqual([]);
    });
  });
}
