import type { RequestPorts } from '#cli/servers/server-request';
import { evacuateHost, stays, type Moved } from '#cli/hosts/evacuation';
import type { Verdict } from '#ports/service-group';
import { PLACEMENT } from '#records/keys';
import type { Cell } from '#records/method';
import { freePort } from '#local/emulation/loopback-server';
import { seedHost } from '#local/emulation/seed';
import type { World } from '#local/emulation/world';
import { eventually, LONGEST_SECONDS } from './eventually.ts';
import type { Release } from './releases.ts';
import { StockCompute, type ComputeSurroundings, type HostSettings } from './stock-compute.ts';

/**
 * Liveness in seconds instead of minutes. Computes beat every two seconds: with what may go unstored, a busy machine
 * has eight seconds for a beat. Living hosts have no limit on their time, as by default. Mass silence is not looked for
 * among a few hosts, of which one is a large share.
 */
export const QUICK_COMPUTES = {
  serviceDownTime: 12,
  heartbeatWindow: 2,
  waitSeconds: 2,
  restartGraceSeconds: 20,
  massSilenceShare: 100,
  massSilenceLeast: 100,
};

/** How servers are evacuated: so many at a time, and seconds for one. */
const EVACUATION = { to: undefined, parallel: 10, timeoutSeconds: 120 };

/** The hosts of a world's cells, each a stock nova-compute. */
export class StockHosts {
  readonly computes: readonly StockCompute[];
  readonly world: World;

  constructor(world: World, computes: readonly StockCompute[]) {
    this.world = world;
    this.computes = computes;
  }

  /**
   * Registers hosts with a cell, and makes a compute for each; none of them is started.
   *
   * @param own - what single hosts have for themselves, by their names. @default nothing
   */
  static async register(
    world: World,
    cell: Cell,
    hosts: Readonly<Record<string, Release>>,
    surroundings: Omit<ComputeSurroundings, 'deployment' | 'cell'>,
    own: Readonly<Record<string, HostSettings>> = {},
  ): Promise<StockCompute[]> {
    const computes: StockCompute[] = [];
    for (const [host, release] of Object.entries(hosts)) {
      await seedHost(world.services, cell, host);
      await world.bus.createQueue(`cell-${cell.name}-host-${host}`);
      const { deployment } = world.services.config;
      const reached = { ...surroundings, deployment, cell };
      const placementPort = await freePort();
      computes.push(new StockCompute(host, release, reached, { placementPort, ...own[host] }));
    }
    return computes;
  }

  compute(host: string): StockCompute {
    const compute = this.computes.find((each) => each.host === host);
    if (compute === undefined) throw new Error(`there is no host ${host}`);
    return compute;
  }

  /** Starts computes and waits until they are up. */
  async start(...computes: readonly StockCompute[]): Promise<void> {
    for (const compute of computes) compute.start();
    await Promise.all(computes.map((compute) => this.untilUp(compute)));
  }

  async untilUp(compute: StockCompute): Promise<void> {
    await eventually(
      `${compute.host} is up`,
      async () => {
        if (!compute.running)
          throw new Error(`${compute.host} ended:\n${compute.said}${compute.lines().slice(-20).join('\n')}`);
        // its service is there before its resources are
        return (await this.verdict(compute.host)).liveness === 'up' && (await this.#hasResources(compute.host));
      },
      LONGEST_SECONDS,
      async () => [compute.said, ...compute.lines().slice(-5)].join('\n'),
    );
  }

  async #hasResources(host: string): Promise<boolean> {
    const found = { index: 'by-host', partition: host, consistent: false } as const;
    return (await this.world.services.tables.query(PLACEMENT, found)).items.length > 0;
  }

  /** Whether the conductor takes the host to be alive, and why. */
  verdict = (host: string): Promise<Verdict> =>
    this.world.services.serviceGroup.verdict(this.compute(host).cell.name, host);

  /** Hosts whose hypervisor has the guest of a server. */
  guestsOf(uuid: string): readonly string[] {
    return this.computes.filter((compute) => compute.guests().has(uuid)).map(({ host }) => host);
  }

  /**
   * Does what `conductor host evacuate` does, again until it moves all: while messages that may be older than the
   * host's last heartbeat are in hand, it refuses.
   *
   * @param progress - is called with each server that has come to an end
   */
  async evacuateThrough(
    ports: RequestPorts,
    source: string,
    progress: Parameters<typeof evacuateHost>[3] = () => undefined,
  ): Promise<readonly Moved[]> {
    const moved: Moved[] = [];
    return eventually(
      `${source} is evacuated`,
      async () => {
        const tried = await evacuateHost(ports, this.compute(source).cell, { ...EVACUATION, source }, progress);
        moved.push(...tried);
        return !tried.some(stays) && moved;
      },
      LONGEST_SECONDS,
      async () => JSON.stringify(moved),
    );
  }

  /** Ends the processes, at once: nobody asks any more how they end. */
  async stopComputes(): Promise<void> {
    await Promise.all(this.computes.map((compute) => compute.kill()));
  }
}
