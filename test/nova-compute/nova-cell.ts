import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ConductorClient } from '#client';
import type { Verdict } from '#ports/service-group';
import { evacuateHost, type Moved } from '#cli/hosts/evacuation';
import { emulatedPlatform, type EmulatedPlatform } from '#local/emulation/emulated-platform';
import { openDirectEndpoint } from '#local/emulation/direct-endpoint';
import type { LoopbackServer } from '#local/emulation/loopback-server';
import { World } from '#local/emulation/world';
import { seedHost } from '#local/emulation/seed';
import type { DemoFlavor } from '#local/demo/flavors';
import type { BuildCommand, DemoUser } from '#local/demo/demo-world';
import { TINY } from '#local/demo/flavors';
import { buildCommand } from '#local/demo/requests';
import { worldUser } from '#local/demo/user';
import type { Item } from '#ports/tables';
import { SECOND_GUESTS } from '#records/items/second-guest';
import { lookedUp } from '#records/lookup';
import { cellTable, PLACEMENT, serviceKey } from '#records/keys';
import type { RequestPorts } from '#cli/servers/server-request';
import { numberOf } from '#wire/reading';
import { eventually, PATIENCE_SECONDS } from './eventually.ts';
import type { BesideNova } from './beside-nova.ts';
import type { Moment } from '#cli/inventory/timeline';
import { claimsOf, lookAt, timelineOf, type LookedAt } from './looked-at.ts';
import { openGate, together, type Gate } from './gate.ts';
import type { Release } from './releases.ts';
import { StockCompute } from './stock-compute.ts';
import { Traffic } from './traffic.ts';

const DEPLOYMENT = 'nova-conductor';
const CELL = { name: 'cell1', uuid: '11111111-1111-4111-8111-111111111111' };

/**
 * Liveness in seconds instead of minutes. Computes beat every two seconds: with what may go unstored, a busy machine has eight
 * seconds for a beat. Living hosts have no limit on their time, as by default.
 */
const QUICK = { serviceDownTime: 12, heartbeatWindow: 2, waitSeconds: 2, restartGraceSeconds: 20 };

/** The hosts of a cell that run all the time; those after them are started by the scenario that needs them. */
export const HOSTS = 3;

/** Mass silence is not looked for among three hosts, of which one is a third. */
const FEW_HOSTS = { massSilenceShare: 100, massSilenceLeast: 100 };

/** A deployment on this machine with one cell, whose hosts are stock computes. */
export class NovaCell {
  readonly computes: readonly StockCompute[];
  readonly traffic: Traffic;
  readonly user: DemoUser;
  readonly platform: EmulatedPlatform;
  readonly world: World;
  /** The hosts' ways to the conductor: SQS, and the function URL where they use it. */
  readonly ways: Pick<Gate, 'shut' | 'open' | 'stop'>;
  /** The servers that were asked for, in their order. */
  readonly built: string[] = [];
  readonly #client: ConductorClient;
  readonly #beside: BesideNova;
  readonly #direct: LoopbackServer | undefined;

  private constructor(parts: {
    platform: EmulatedPlatform;
    world: World;
    traffic: Traffic;
    beside: BesideNova;
    ways: NovaCell['ways'];
    direct: LoopbackServer | undefined;
    computes: readonly StockCompute[];
  }) {
    const { platform, world, traffic, beside, ways, direct, computes } = parts;
    this.#direct = direct;
    this.ways = ways;
    this.platform = platform;
    this.world = world;
    this.traffic = traffic;
    this.#beside = beside;
    this.computes = computes;
    this.#client = new ConductorClient({ bus: world.bus, clock: world.clock, ids: world.services.ids });
    this.user = worldUser(world.services, this.#client, beside.token);
  }

  /** Boots it, with a compute of a release for each host; none of them is started. */
  static async boot(
    hosts: Readonly<Record<string, Release>>,
    begin: (around: { readonly folder: string; readonly platform: EmulatedPlatform }) => Promise<BesideNova>,
  ): Promise<NovaCell> {
    const folder = mkdtempSync(join(tmpdir(), 'nova-compute-'));
    const traffic = new Traffic();
    const emulated = traffic.watch(await emulatedPlatform({ deployment: DEPLOYMENT, cells: [CELL.name] }));
    const beside = await begin({ folder, platform: emulated });
    const { cloud, isOwn: directCalls, nodes, sections } = beside;
    const platform = cloud === undefined ? emulated : { ...emulated, adapters: { ...emulated.adapters, cloud } };
    const config = {
      deployment: DEPLOYMENT,
      directCalls,
      ...QUICK,
      ...FEW_HOSTS,
      quota: { instances: -1, cores: -1, ram: -1 },
    };
    const world = await World.boot(platform, { cells: [CELL], hosts: [], config });
    const direct = directCalls ? await openDirectEndpoint(traffic.watchUrls(world.urls)) : undefined;
    const urls = direct === undefined ? undefined : await openGate(direct.endpoint);
    const queues = await openGate(platform.emulators.sqsEndpoint);
    const surroundings = {
      folder,
      deployment: DEPLOYMENT,
      cell: CELL.name,
      sqs: queues.address,
      services: sections,
      ...(urls === undefined ? {} : { directUrl: `http://${urls.address}/${CELL.name}` }),
    };
    const computes: StockCompute[] = [];
    for (const [host, release] of Object.entries(hosts)) {
      await seedHost(world.services, CELL, host);
      await world.bus.createQueue(`cell-${CELL.name}-host-${host}`);
      computes.push(new StockCompute(host, release, surroundings, nodes?.[host]));
    }
    const ways = together(urls === undefined ? [queues] : [queues, urls]);
    return new NovaCell({ platform, world, traffic, beside, ways, direct, computes });
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
        return (await this.verdict(compute.host)).liveness === 'up' && (await this.#hasResources(compute.host));
      },
      PATIENCE_SECONDS,
      async () => [compute.said, ...compute.lines().slice(-5)].join('\n'),
    );
  }

  untilDown = (host: string): Promise<true> =>
    eventually(`${host} is down`, async () => (await this.verdict(host)).liveness === 'down');

  async #hasResources(host: string): Promise<boolean> {
    const found = { index: 'by-host', partition: host, consistent: false } as const;
    return (await this.world.services.tables.query(PLACEMENT, found)).items.length > 0;
  }

  /** Waits until no running host counts as up. */
  untilSilent = (): Promise<true> =>
    eventually('all hosts are silent', async () => {
      const verdicts = await Promise.all(this.running.map(({ host }) => this.verdict(host)));
      return verdicts.every(({ liveness }) => liveness !== 'up');
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

  /** Whether the conductor takes a host to be alive, and why. */
  verdict = (host: string): Promise<Verdict> => this.world.services.serviceGroup.verdict(CELL.name, host);

  /** Has servers built, and answers their uuids at once. */
  async build(names: readonly string[], how: { host?: string; flavor?: DemoFlavor } = {}): Promise<readonly string[]> {
    const { ids, clock } = this.world.services;
    const wanted = { names, flavor: how.flavor ?? TINY, project: 'demo', ...(how.host && { host: how.host }) };
    const { context, ...command } = buildCommand({ ids, clock }, wanted);
    return this.publish({ ...command, context: { ...context, auth_token: this.#beside.token } });
  }

  /** Sends a request for servers, and answers their uuids at once. */
  async publish({ context, args, uuids }: BuildCommand): Promise<readonly string[]> {
    this.built.push(...uuids);
    await this.#client.scheduleAndBuildInstances(context, args);
    return uuids;
  }

  /** Has one server built and waits until it runs. */
  async active(name: string, host?: string): Promise<string> {
    const [uuid = ''] = await this.build([name], host === undefined ? {} : { host });
    await this.until(uuid, { vm_state: 'active', task_state: null });
    return uuid;
  }

  /** A server as it is now; undefined where no cell has it. */
  look = (uuid: string): Promise<LookedAt | undefined> => lookAt(this.#ports, uuid, this.guestsOf(uuid));

  timelineOf = (uuid: string): Promise<readonly Moment[]> => timelineOf(this.#ports, uuid);

  claimsOf = (uuid: string): Promise<readonly string[]> => claimsOf(this.#ports, uuid);

  /** What is known of guests that hosts have beside the servers' own: none in the end. */
  secondGuests = (): Promise<readonly Item[]> =>
    lookedUp(this.world.services.tables, cellTable(CELL.name), [SECOND_GUESTS]);

  /** What requests go through. */
  get #ports(): RequestPorts {
    const { tables, clock, ids } = this.world.services;
    return { tables, clock, ids, client: this.#client };
  }

  /** Waits until a server is so. */
  async until(uuid: string, wanted: Partial<LookedAt>): Promise<LookedAt> {
    const fits = (server: LookedAt): boolean => isDeepStrictEqual({ ...server, ...wanted }, server);
    return eventually(
      `server ${uuid} is ${JSON.stringify(wanted)}`,
      async () => {
        const server = await this.look(uuid);
        return server !== undefined && fits(server) && server;
      },
      PATIENCE_SECONDS,
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
    const how = { source: host, to: undefined, parallel: 10, timeoutSeconds: 120 };
    const moved: Moved[] = [];
    return eventually(
      `${host} is evacuated`,
      async () => {
        const tried = await evacuateHost(this.#ports, CELL, how, () => undefined);
        moved.push(...tried);
        return tried.every(({ to }) => to !== null) && moved;
      },
      PATIENCE_SECONDS,
      async () => JSON.stringify(moved),
    );
  }

  /** Takes back whatever was ordered of hypervisors, processes and ways, and starts the first three hosts that died. */
  async recover(): Promise<void> {
    this.ways.open();
    for (const compute of this.computes) {
      compute.order({});
      compute.goOn();
    }
    await this.start(...this.computes.slice(0, HOSTS).filter(({ running }) => !running));
  }

  async stop(): Promise<void> {
    await Promise.all(this.computes.map((compute) => compute.stop()));
    await this.#client.close();
    await this.world.stop();
    await Promise.all([this.#beside.stop(), this.ways.stop()]);
    await this.#direct?.stop();
  }
}
