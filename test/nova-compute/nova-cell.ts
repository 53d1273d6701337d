import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ConductorClient } from '#client';
import type { Moved } from '#cli/hosts/evacuation';
import { emulatedPlatform, type EmulatedPlatform } from '#local/emulation/emulated-platform';
import { openDirectEndpoint } from '#local/emulation/direct-endpoint';
import type { LoopbackServer } from '#local/emulation/loopback-server';
import { World } from '#local/emulation/world';
import type { DemoFlavor } from '#local/demo/flavors';
import type { BuildCommand, DemoUser } from '#local/demo/demo-world';
import { TINY } from '#local/demo/flavors';
import { buildCommand } from '#local/demo/requests';
import { worldUser } from '#local/demo/user';
import type { Configuration } from '#ports/configuration';
import type { Item } from '#ports/tables';
import { SECOND_GUESTS } from '#records/items/second-guest';
import { lookedUp } from '#records/lookup';
import { cellTable, serviceKey } from '#records/keys';
import type { RequestPorts } from '#cli/servers/server-request';
import { numberOf } from '#wire/reading';
import { eventually, LONGEST_SECONDS } from '#local/nova-compute/eventually';
import type { BesideNova } from './beside-nova.ts';
import type { Moment } from '#cli/inventory/timeline';
import { claimsOf, lookAt, timelineOf, type LookedAt } from './looked-at.ts';
import { openGate, together, type Gate } from './gate.ts';
import type { Release } from '#local/nova-compute/releases';
import type { HostSettings, StockCompute } from '#local/nova-compute/stock-compute';
import { QUICK_COMPUTES, StockHosts } from '#local/nova-compute/stock-hosts';
import { Traffic } from './traffic.ts';
import { withVolume } from './volume-device.ts';

const DEPLOYMENT = 'nova-conductor';
const CELL = { name: 'cell1', uuid: '11111111-1111-4111-8111-111111111111' };
const SECOND_CELL = { name: 'cell2', uuid: '22222222-2222-4222-8222-222222222222' };

/** The hosts of a cell that run all the time; those after them are started by the scenario that needs them. */
export const HOSTS = 3;

/** Where a server is built, and of what. */
interface Built {
  readonly host?: string;
  /** @default TINY */
  readonly flavor?: DemoFlavor;
  /** A volume that it has beside its root disk. @default none */
  readonly volume?: string;
}

/** What a deployment has beside the hosts of its cell. */
interface More {
  /** Settings of single hosts, by their names. @default none */
  readonly settings?: Readonly<Record<string, NonNullable<HostSettings['settings']>>>;
  /** Whether computes post their calls to the function URL. @default false */
  readonly directly?: boolean;
  /** Of the conductor, where it differs from that of quick computes. @default nothing */
  readonly config?: Partial<Configuration>;
  /** Hosts of a second cell. @default there is one cell */
  readonly secondCell?: Readonly<Record<string, Release>>;
}

/** A deployment on this machine with one cell or two, whose hosts are stock computes. */
export class NovaCell extends StockHosts {
  readonly traffic: Traffic;
  readonly user: DemoUser;
  readonly platform: EmulatedPlatform;
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
    super(world, computes);
    this.#direct = direct;
    this.ways = ways;
    this.platform = platform;
    this.traffic = traffic;
    this.#beside = beside;
    this.#client = new ConductorClient({ bus: world.bus, clock: world.clock, ids: world.services.ids });
    this.user = worldUser(world.services, this.#client, beside.token);
  }

  /** Boots it, with a compute of a release for each host; none of them is started. */
  static async boot(
    hosts: Readonly<Record<string, Release>>,
    begin: (platform: EmulatedPlatform) => Promise<BesideNova>,
    { settings = {}, secondCell, directly = false, config: changed = {} }: More = {},
  ): Promise<NovaCell> {
    const folder = mkdtempSync(join(tmpdir(), 'nova-compute-'));
    const traffic = new Traffic();
    const cells = secondCell === undefined ? [CELL] : [CELL, SECOND_CELL];
    const names = cells.map(({ name }) => name);
    const emulated = traffic.watch(await emulatedPlatform({ deployment: DEPLOYMENT, cells: names }));
    const beside = await begin(emulated);
    const { cloud, isOwn, nodes, sections } = beside;
    const platform = cloud === undefined ? emulated : { ...emulated, adapters: { ...emulated.adapters, cloud } };
    const config = {
      deployment: DEPLOYMENT,
      directCalls: directly,
      ...QUICK_COMPUTES,
      quota: { instances: -1, cores: -1, ram: -1 },
      ...changed,
    };
    const world = await World.boot(platform, { cells, hosts: [], config });
    const direct = directly ? await openDirectEndpoint(traffic.watchUrls(world.urls)) : undefined;
    const urls = direct === undefined ? undefined : await openGate(direct.endpoint);
    const queues = await openGate(platform.emulators.sqsEndpoint);
    const surroundings = {
      folder,
      sqs: queues.address,
      services: sections,
      servesPlacement: isOwn,
      ...(urls === undefined ? {} : { directUrl: `http://${urls.address}` }),
    };
    const own = Object.fromEntries(
      Object.keys({ ...hosts, ...secondCell }).map((host) => [host, { node: nodes?.[host], settings: settings[host] }]),
    );
    const computes = await StockHosts.register(world, CELL, hosts, surroundings, own);
    if (secondCell !== undefined)
      computes.push(...(await StockHosts.register(world, SECOND_CELL, secondCell, surroundings, own)));
    const ways = together(urls === undefined ? [queues] : [queues, urls]);
    return new NovaCell({ platform, world, traffic, beside, ways, direct, computes });
  }

  /** The host of a server. */
  async computeOf(uuid: string): Promise<StockCompute> {
    return this.compute((await this.look(uuid))?.host ?? 'none');
  }

  untilDown = (host: string): Promise<true> =>
    eventually(`${host} is down`, async () => (await this.verdict(host)).liveness === 'down');

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

  /** Has servers built, and answers their uuids at once. */
  async build(names: readonly string[], how: Built = {}): Promise<readonly string[]> {
    const { ids, clock } = this.world.services;
    const wanted = { names, flavor: how.flavor ?? TINY, project: 'demo', ...(how.host && { host: how.host }) };
    const { context, ...command } = buildCommand({ ids, clock }, wanted);
    const args = how.volume === undefined ? command.args : withVolume(command.args, how.volume, ids.uuid());
    return this.publish({ ...command, args, context: { ...context, auth_token: this.#beside.token } });
  }

  /** Sends a request for servers, and answers their uuids at once. */
  async publish({ context, args, uuids }: BuildCommand): Promise<readonly string[]> {
    this.built.push(...uuids);
    await this.#client.scheduleAndBuildInstances(context, args);
    return uuids;
  }

  /** Has one server built and waits until it runs. */
  async active(name: string, how: Built = {}): Promise<string> {
    const [uuid = ''] = await this.build([name], how);
    await this.until(uuid, { vm_state: 'active', task_state: null });
    return uuid;
  }

  /** A server as it is now; undefined where no cell has it. */
  look = (uuid: string): Promise<LookedAt | undefined> => lookAt(this.#ports, uuid, () => this.guestsOf(uuid));

  timelineOf = (uuid: string): Promise<readonly Moment[]> => timelineOf(this.#ports, uuid);

  claimsOf = (uuid: string): Promise<readonly string[]> => claimsOf(this.#ports, uuid);

  /** What is known of guests that hosts have beside the servers' own: none in the end. */
  secondGuests = (): Promise<readonly Item[]> =>
    lookedUp(this.world.services.tables, cellTable(CELL.name), [SECOND_GUESTS]);

  /** What requests go through. */
  get #ports(): RequestPorts {
    const { tables, clock, ids } = this.world.services;
    return { tables, clock, ids, client: this.#client, token: this.#beside.token };
  }

  /** Somebody whose requests carry another token than those of the user. */
  userBy = (token: string): DemoUser => worldUser(this.world.services, this.#client, token);

  /** Waits until a server is so. */
  async until(uuid: string, wanted: Partial<LookedAt>): Promise<LookedAt> {
    const fits = (server: LookedAt): boolean => isDeepStrictEqual({ ...server, ...wanted }, server);
    return eventually(
      `server ${uuid} is ${JSON.stringify(wanted)}`,
      async () => {
        const server = await this.look(uuid);
        return server !== undefined && fits(server) && server;
      },
      LONGEST_SECONDS,
      async () => `It is ${JSON.stringify(await this.look(uuid))}. The conductor said ${this.#said()}`,
    );
  }

  /** What the conductor logged last. */
  #said(): string {
    return JSON.stringify(this.platform.log.lines.filter(({ level }) => level !== 'debug').slice(-5));
  }

  /** Does what `conductor host evacuate` does. */
  evacuate = (host: string): Promise<readonly Moved[]> => this.evacuateThrough(this.#ports, host);

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
    await this.stopComputes();
    await this.#client.close();
    await this.world.stop();
    await Promise.all([this.#beside.stop(), this.ways.stop()]);
    await this.#direct?.stop();
  }
}
