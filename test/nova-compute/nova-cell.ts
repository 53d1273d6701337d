import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ConductorClient } from '#client';
import { evacuateHost, type Moved } from '#cli/hosts/evacuation';
import { emulatedPlatform, type EmulatedPlatform } from '#local/emulation/emulated-platform';
import { World } from '#local/emulation/world';
import { seedHost } from '#local/emulation/seed';
import type { DemoFlavor } from '#local/demo/flavors';
import type { DemoUser } from '#local/demo/demo-world';
import { TINY } from '#local/demo/flavors';
import { recordedServer } from '#local/demo/recorded-server';
import { buildCommand } from '#local/demo/requests';
import { worldUser } from '#local/demo/user';
import { cellTable, PLACEMENT, serviceKey } from '#records/keys';
import { faultItem } from '#records/items/instance-fault';
import { partitionOf } from '#cli/inventory/instances';
import { numberOf, textOrNull } from '#wire/reading';
import type { HttpService } from '../fixtures/http-service.ts';
import { eventually } from './eventually.ts';
import type { AskedPlacement } from './known-errors.ts';
import { openGate, type Gate } from './gate.ts';
import { startOtherServices } from './other-services.ts';
import { startOwnPlacement } from './own-placement.ts';
import { startPlacement, type PlacementService } from './placement.ts';
import type { Release } from './releases.ts';
import { StockCompute } from './stock-compute.ts';
import { Traffic } from './traffic.ts';

const DEPLOYMENT = 'nova-conductor';
const CELL = { name: 'cell1', uuid: '11111111-1111-4111-8111-111111111111' };

/** What users present; the services beside Nova take any. */
const TOKEN = 'token';

/** Liveness in seconds instead of minutes; a busy machine still beats in time. */
const QUICK = { serviceDownTime: 10, waitSeconds: 2, stallSeconds: 120, restartGraceSeconds: 20 };

/** Seconds that a compute may take to start on a busy machine. */
const START_SECONDS = 240;

/** Mass silence is not looked for among three hosts, of which one is a third. */
const FEW_HOSTS = { massSilenceShare: 100, massSilenceLeast: 100 };

/** A server as a test looks at it. */
export interface LookedAt {
  readonly vm_state: string | null;
  readonly task_state: string | null;
  readonly host: string | null;
  readonly power_state: number | null;
  readonly memory_mb: number | null;
  /** Status of its last migration. */
  readonly migration: string | null;
  /** Message of its last fault. */
  readonly fault: string | null;
  /** Hosts whose hypervisor has its guest. */
  readonly guests: readonly string[];
}

/** A deployment on this machine with one cell, whose hosts are stock computes. */
export class NovaCell {
  readonly computes: readonly StockCompute[];
  readonly traffic: Traffic;
  readonly user: DemoUser;
  readonly platform: EmulatedPlatform;
  readonly world: World;
  /** The hosts' way to SQS. */
  readonly queues: Gate;
  readonly #client: ConductorClient;
  readonly #placement: PlacementService;
  readonly #others: HttpService;

  private constructor(parts: {
    platform: EmulatedPlatform;
    world: World;
    traffic: Traffic;
    placement: PlacementService;
    others: HttpService;
    queues: Gate;
    computes: readonly StockCompute[];
  }) {
    const { platform, world, traffic, placement, others, queues, computes } = parts;
    this.queues = queues;
    this.platform = platform;
    this.world = world;
    this.traffic = traffic;
    this.#placement = placement;
    this.#others = others;
    this.computes = computes;
    this.#client = new ConductorClient({ bus: world.bus, clock: world.clock, ids: world.services.ids });
    this.user = worldUser(world.services, this.#client, TOKEN);
  }

  /**
   * Boots it, with a compute of a release for each host; none of them is started. Computes ask the deployment's own
   * placement, or one of OpenStack's beside it.
   */
  static async boot(hosts: Readonly<Record<string, Release>>, asked: AskedPlacement): Promise<NovaCell> {
    const folder = mkdtempSync(join(tmpdir(), 'nova-compute-'));
    const traffic = new Traffic();
    const platform = traffic.watch(await emulatedPlatform({ deployment: DEPLOYMENT, cells: [CELL.name] }));
    const config = { deployment: DEPLOYMENT, ...QUICK, ...FEW_HOSTS, quota: { instances: -1, cores: -1, ram: -1 } };
    const world = await World.boot(platform, { cells: [CELL], hosts: [], config });
    const [placement, others] = await Promise.all([
      asked === 'own' ? startOwnPlacement(platform) : startPlacement(folder),
      startOtherServices(),
    ]);
    const queues = await openGate(platform.emulators.sqsEndpoint);
    const surroundings = {
      folder,
      deployment: DEPLOYMENT,
      cell: CELL.name,
      sqs: queues.address,
      placement: placement.url,
    };
    const computes: StockCompute[] = [];
    for (const [host, release] of Object.entries(hosts)) {
      await seedHost(world.services, CELL, host);
      await world.bus.createQueue(`cell-${CELL.name}-host-${host}`);
      computes.push(new StockCompute(host, release, { ...surroundings, others: others.url }));
    }
    return new NovaCell({ platform, world, traffic, placement, others, queues, computes });
  }

  compute(host: string): StockCompute {
    const compute = this.computes.find((each) => each.host === host);
    if (compute === undefined) throw new Error(`there is no host ${host}`);
    return compute;
  }

  /** The host of a server. */
  async computeOf(uuid: string): Promise<StockCompute> {
    return this.compute((await this.look(uuid))?.host ?? 'none');
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
        return (await this.#verdict(compute.host)) === 'up' && (await this.#hasResources(compute.host));
      },
      START_SECONDS,
      async () => [compute.said, ...compute.lines().slice(-5)].join('\n'),
    );
  }

  untilDown = (host: string): Promise<true> =>
    eventually(`${host} is down`, async () => ((await this.#verdict(host)) === 'down' ? true : undefined));

  async #hasResources(host: string): Promise<boolean> {
    const found = { index: 'by-host', partition: host, consistent: false } as const;
    return (await this.world.services.tables.query(PLACEMENT, found)).items.length > 0;
  }

  /** Waits until no running host counts as up. */
  untilSilent = (): Promise<true> =>
    eventually('all hosts are silent', async () => {
      const verdicts = await Promise.all(this.running.map(({ host }) => this.#verdict(host)));
      return verdicts.every((verdict) => verdict !== 'up');
    });

  /** The computes whose processes run. */
  get running(): readonly StockCompute[] {
    return this.computes.filter((compute) => compute.running);
  }

  /** The version that the service of a host reports. */
  async serviceVersion(host: string): Promise<number | null> {
    const item = await this.world.services.tables.get(cellTable(CELL.name), serviceKey(host, 'nova-compute'));
    return numberOf(item?.['version']) ?? null;
  }

  untilServiceVersion = (host: string, version: number): Promise<true> =>
    eventually(`${host} reports version ${version}`, async () => (await this.serviceVersion(host)) === version);

  async #verdict(host: string): Promise<string> {
    return (await this.world.services.serviceGroup.verdict(CELL.name, host)).liveness;
  }

  /** Has servers built, and answers their uuids at once. */
  async build(names: readonly string[], how: { host?: string; flavor?: DemoFlavor } = {}): Promise<readonly string[]> {
    const { ids, clock } = this.world.services;
    const wanted = { names, flavor: how.flavor ?? TINY, project: 'demo', ...(how.host && { host: how.host }) };
    const { context, args, uuids } = buildCommand({ ids, clock }, wanted);
    await this.#client.scheduleAndBuildInstances({ ...context, auth_token: TOKEN }, args);
    return uuids;
  }

  /** Has one server built and waits until it runs. */
  async active(name: string, host?: string): Promise<string> {
    const [uuid = ''] = await this.build([name], host === undefined ? {} : { host });
    await this.until(uuid, { vm_state: 'active', task_state: null });
    return uuid;
  }

  /** A server as it is now; undefined where no cell has it. */
  async look(uuid: string): Promise<LookedAt | undefined> {
    const { tables, clock, ids } = this.world.services;
    const ports = { tables, clock, ids, client: this.#client };
    const server = await recordedServer(ports, uuid).catch(() => undefined);
    if (server === undefined) return undefined;
    const { item, migration, cell } = server;
    const faults = (await partitionOf(ports, cell, uuid)).filter(({ sk }) => sk.startsWith('fault#')).map(faultItem);
    return {
      vm_state: textOrNull(item['vm_state']),
      task_state: textOrNull(item['task_state']),
      host: textOrNull(item['host']),
      power_state: numberOf(item['power_state']) ?? null,
      memory_mb: numberOf(item['memory_mb']) ?? null,
      migration: textOrNull(migration?.['status']),
      fault: faults.at(-1)?.message ?? null,
      guests: this.guestsOf(uuid),
    };
  }

  /** Waits until a server is so. */
  async until(uuid: string, wanted: Partial<LookedAt>, seconds = 90): Promise<LookedAt> {
    const fits = (server: LookedAt): boolean => isDeepStrictEqual({ ...server, ...wanted }, server);
    return eventually(
      `server ${uuid} is ${JSON.stringify(wanted)}`,
      async () => {
        const server = await this.look(uuid);
        return server !== undefined && fits(server) && server;
      },
      seconds,
      async () => `It is ${JSON.stringify(await this.look(uuid))}. The conductor said ${this.#said()}`,
    );
  }

  /** What the conductor logged last. */
  #said(): string {
    return JSON.stringify(this.platform.log.lines.filter(({ level }) => level !== 'debug').slice(-5));
  }

  /** Hosts whose hypervisor has the guest of a server. */
  guestsOf(uuid: string): readonly string[] {
    return this.computes.filter((compute) => compute.guests().has(uuid)).map(({ host }) => host);
  }

  /**
   * Does what `conductor host evacuate` does, again until it moves something: while messages that may be older than the
   * host's last heartbeat are in hand, it refuses.
   */
  async evacuate(host: string): Promise<readonly Moved[]> {
    const { tables, clock, ids } = this.world.services;
    const how = { source: host, to: undefined, parallel: 10, patience: 120 };
    return eventually(`${host} is evacuated`, async () => {
      const moved = await evacuateHost({ tables, clock, ids, client: this.#client }, CELL, how, () => undefined);
      return moved.every(({ to }) => to !== null) && moved;
    });
  }

  async stop(): Promise<void> {
    await Promise.all(this.computes.map((compute) => compute.stop()));
    await this.#client.close();
    await this.world.stop();
    await Promise.all([this.#placement.stop(), this.#others.stop(), this.queues.stop()]);
  }
}
