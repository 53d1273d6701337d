import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emulatedPlatform } from '#local/emulation/emulated-platform';
import { install } from '#local/nova-compute/install';
import { otherSections, startOtherServices } from '#local/nova-compute/other-services';
import { QUICK_COMPUTES, StockHosts } from '#local/nova-compute/stock-hosts';
import { DEMO_CELL, DEMO_DEPLOYMENT, demoWith, type BootedDemo } from './demo-on-world.ts';
import { STOCK_HOSTS } from './nova-compute-story.ts';

const RELEASE = '34.0.0';

/** What users present; the services beside Nova take any. */
const TOKEN = 'token';

/** Installs what the hosts of the world are, once. @returns what is missing, in one line, or nothing */
export const installComputes = (): Promise<string | undefined> => install([RELEASE]);

/** Boots one cell whose two hosts are stock computes; they ask the deployment's own placement through the driver. */
export async function bootComputeWorld(): Promise<BootedDemo> {
  const folder = mkdtempSync(join(tmpdir(), 'nova-compute-demo-'));
  const platform = await emulatedPlatform({ deployment: DEMO_DEPLOYMENT, cells: [DEMO_CELL.name] });
  const others = await startOtherServices();
  const config = { deployment: DEMO_DEPLOYMENT, ...QUICK_COMPUTES };
  const surroundings = {
    folder,
    sqs: new URL(platform.emulators.sqsEndpoint).host,
    services: otherSections(others),
    servesPlacement: true,
  };
  let hosts: StockHosts | undefined;
  const demo = await demoWith(
    platform,
    { cells: [DEMO_CELL], hosts: [], config },
    {
      token: TOKEN,
      cellOf: () => DEMO_CELL,
      hostsOf: async (world) => {
        const releases = Object.fromEntries(STOCK_HOSTS.map((host) => [host, RELEASE] as const));
        const computes = await StockHosts.register(world, DEMO_CELL, releases, surroundings);
        const stock = new StockHosts(world, computes);
        hosts = stock;
        await stock.start(...computes);
        return {
          runsOn: (uuid) => stock.guestsOf(uuid),
          kill: (host) => stock.compute(host).kill(),
          revive: (host) => stock.start(stock.compute(host)),
          evacuate: (ports, _cell, host, progress) => stock.evacuateThrough(ports, host, progress),
        };
      },
    },
  );
  return {
    ...demo,
    stop: async () => {
      await hosts?.stopComputes();
      await demo.stop();
      await others.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
