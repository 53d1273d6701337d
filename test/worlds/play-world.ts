import type { BuildCommand } from '#local/demo/demo-world';
import { SMALL, TINY } from '#local/demo/flavors';
import type { OrderHandler } from '#local/fleet/orders';
import { shelveInstance } from '#local/fleet/shelve';
import type { WireObject } from '#ports/json';
import { isoSeconds } from '#conductor/time';
import { forced } from '#records/items/service';
import { aggregateKey, API, cellTable, groupKey, groupMemberKey, serviceKey } from '#records/keys';
import { imageItem } from '#records/images';
import { reconcileInstances } from '#reconciler/reconcile';
import { BuildWorld, CELLS, type BuildWorldOptions } from '../fixtures/build-world.ts';
import { SNAPSHOT } from '../fixtures/existing-server.ts';
import { Faults, tamper } from './faults.ts';
import { RunningTwice, worldLeftOver } from './invariants.ts';
import type { EventPlan, HostPlan, RequestPlan, WorldPlan } from './plan.ts';
import { KEPT_SNAPSHOT, Moves } from './moves.ts';
import { Users } from './users.ts';

/** Seconds of virtual time in which a world must have come to rest. */
const LIMIT = 20_000;

/** How a world has ended. */
export interface PlayedWorld {
  readonly world: BuildWorld;
  /** What was left over; nothing when every invariant holds. */
  readonly leftOver: readonly string[];
  /** What went wrong on the way, as it was planned. */
  readonly struck: readonly string[];
  /** Every call of a function to a port. */
  readonly trace: readonly string[];
}

/** How a plan is played. */
export interface PlayOptions {
  /**
   * Whether a user who deletes a server asks until that is taken; a deletion that is lost is then left over.
   *
   * @default asks again until the server is gone
   */
  readonly askOnce?: boolean;
  /** Changes how the world is set up. */
  readonly setUp?: (options: BuildWorldOptions) => BuildWorldOptions;
}

/** Plays a plan to its end: everything that is random in it comes from the plan. */
export async function playWorld(plan: WorldPlan, options: PlayOptions = {}): Promise<PlayedWorld> {
  const faults = new Faults(plan.faults);
  const guests = new RunningTwice();
  const world = await boot(plan, faults, guests, options.setUp);
  guests.watch(world.world.fleet);
  let armed = false;
  tamper(world.platform.queues, plan.deliveries, () => armed);
  const users = new Users(world, options);
  const play = new Play(world, plan, users);
  armed = true;
  faults.arm();
  await play.run();
  await play.finish();
  const lost = options.askOnce === true ? await users.lostDeletions() : [];
  const waiting = options.askOnce === true ? await users.waitingDeletions() : [];
  const left = (await worldLeftOver(world)).filter((line) => !waiting.some((uuid) => line.startsWith(uuid)));
  const leftOver = [...left, ...guests.seen, ...lost];
  await world.world.stop();
  return { world, leftOver, struck: faults.struck, trace: faults.trace };
}

/** When every world begins. */
const START = Date.parse('2026-11-22T12:00:00Z');

const hostName = (at: number): string => `host${at + 1}`;
const cellOf = ({ cell }: HostPlan): string => CELLS[cell % CELLS.length]?.name ?? 'cell1';

/** Half of what is shelved is kept by its host: which half, the image tells. */
const shelveByImage: OrderHandler = (site, order, kind) =>
  shelveInstance({ ...site, shelvedOffloadTime: order.args['image_id'] === KEPT_SNAPSHOT ? -1 : 0 }, order, kind);

function boot(
  plan: WorldPlan,
  faults: Faults,
  guests: RunningTwice,
  setUp: NonNullable<PlayOptions['setUp']> = (same) => same,
): Promise<BuildWorld> {
  const behaviour = [...plan.behaviour];
  const options: BuildWorldOptions = {
    seed: plan.seed,
    hosts: plan.hosts.map((host, at) => ({
      host: hostName(at),
      cell: cellOf(host),
      capacity: { vcpus: 10, memoryMb: 8192, diskGb: host.slots },
      heartbeatSeconds: 80,
      behaviour: ({ receivedAt }) => (receivedAt < START + plan.calm * 1000 ? 'build' : (behaviour.shift() ?? 'build')),
      onStart: guests.onStart,
      orders: { shelve_instance: shelveByImage },
    })),
    around: faults.around,
    aroundBatch: faults.aroundBatch,
    adapters: faults.adapters,
    adapt: faults.adapt,
    // Seldom heartbeats make cheap worlds; a lost order is found before long.
    config: {
      quota: { instances: plan.quota, cores: -1, ram: -1 },
      serviceDownTime: 200,
      stallSeconds: 500,
    },
  };
  return BuildWorld.boot(setUp(options));
}

/** A plan in progress. */
class Play {
  readonly #world: BuildWorld;
  readonly #plan: WorldPlan;
  readonly #users: Users;
  readonly #moves: Moves;
  readonly #uuids: string[] = [];
  readonly #doing = new Set<Promise<unknown>>();
  readonly #starting = new Set<string>();
  #groups = 0;
  #stopWatch: () => void = () => undefined;

  constructor(world: BuildWorld, plan: WorldPlan, users: Users) {
    this.#world = world;
    this.#plan = plan;
    this.#users = users;
    this.#moves = new Moves(world, users);
  }

  async run(): Promise<void> {
    this.#watch();
    await this.#zone();
    await this.#snapshot();
    const { requests, events } = this.#plan;
    const start = this.#world.clock.now();
    const localControls = [
      ...requests.map((request) => ({ at: request.at, deed: () => this.#request(request) })),
      ...events.map((event) => ({ at: event.at, deed: () => this.#happen(event) })),
    ].toSorted((a, b) => a.at - b.at);
    for (const { at, deed } of localControls) {
      await this.#world.clock.advance(start + at * 1000 - this.#world.clock.now());
      const done: Promise<unknown> = deed().finally(() => this.#doing.delete(done));
      this.#doing.add(done);
    }
  }

  /** Lets everything come to its end: users get what they asked for, and the reconciler makes its rounds. */
  async finish(): Promise<void> {
    await this.#rest();
    for (let acted = true; acted; await this.#rest()) {
      await this.#world.clock.advance(310_000);
      const { settle, relaunch } = await reconcileInstances(this.#world.services);
      acted = settle + relaunch > 0;
    }
    this.#stopWatch();
    await this.#audit();
  }

  /** An operator looks after hosts once an hour. */
  #watch(): void {
    const { clock } = this.#world;
    this.#stopWatch = clock.timer(3_600_000, () => {
      this.#watch();
      void clock.track(this.#declareDead());
    });
  }

  /** Where nobody can tell whether a host lives, since others fell silent with it, the operator goes and looks. */
  async #declareDead(): Promise<void> {
    const { serviceGroup } = this.#world.services;
    for (const { alive, cell, host } of this.#world.world.fleet.computes) {
      if (alive || this.#starting.has(host)) continue;
      if ((await serviceGroup.verdict(cell, host)).liveness === 'unknown') await this.#say(cell, host, true);
    }
  }

  async #say(cell: string, host: string, down: boolean): Promise<void> {
    const said = { down, by: 'the operator', at: isoSeconds(this.#world.clock.now()), reason: 'went and looked' };
    const key = serviceKey(host, 'nova-compute');
    if ((await this.#world.platform.tables.get(cellTable(cell), key)) === undefined) return;
    await this.#world.platform.tables.update(cellTable(cell), key, { set: forced(said) });
  }

  /** Hosts look through what they have claimed, until they have heard all that they ask for. */
  async #audit(): Promise<void> {
    for (const compute of this.#world.world.fleet.computes) {
      const audited = (async () => {
        for (let tries = 0; tries < 5; tries += 1) {
          const heard = await compute.audit().then(
            () => true,
            () => false,
          );
          if (heard) return;
        }
      })();
      await this.#world.clock.runUntil(audited, LIMIT * 1000);
    }
  }

  async #rest(): Promise<void> {
    await this.#world.clock.runUntil(() => this.#doing.size === 0, LIMIT * 1000);
    await this.#world.end(LIMIT);
  }

  /** An operator has put hosts into a zone before. */
  async #zone(): Promise<void> {
    const hosts = this.#plan.hosts.flatMap(({ zoned }, at) => (zoned ? [hostName(at)] : []));
    const aggregate = { id: 1, uuid: 'aggregate-1', hosts, metadata: { availability_zone: 'az1' } };
    await this.#world.platform.tables.put(API, { ...aggregateKey(1), ...aggregate });
  }

  /** What shelved servers are shelved into. */
  #snapshot(): Promise<unknown> {
    return this.#world.platform.tables.put(API, imageItem(SNAPSHOT, { name: 'shelved', status: 'active' }));
  }

  async #request(request: RequestPlan): Promise<void> {
    const command = this.#world.request(request.count, request.large ? SMALL : TINY);
    this.#uuids.push(...command.uuids);
    await this.#world.publish(await this.#placed(command, request));
  }

  /** The command with zone and group in its specs. */
  async #placed(command: BuildCommand, { zoned, group: policy }: RequestPlan): Promise<BuildCommand> {
    const group = policy === null ? undefined : await this.#group(policy, command.uuids);
    const changes = {
      ...(zoned ? { availability_zone: 'az1' } : {}),
      ...(group ? { instance_group: group } : {}),
    };
    const request_spec = command.args.request_spec.map((spec) => ({
      ...spec,
      'nova_object.data': { ...spec['nova_object.data'], ...changes },
    }));
    return { ...command, args: { ...command.args, request_spec } };
  }

  async #group(policy: string, uuids: readonly string[]): Promise<WireObject> {
    this.#groups += 1;
    const uuid = `99999999-9999-4999-8999-${String(this.#groups).padStart(12, '0')}`;
    const { tables } = this.#world.platform;
    await tables.put(API, { ...groupKey(uuid), policies: [policy], deleted: false });
    for (const member of uuids) await tables.put(API, { ...groupMemberKey(uuid, member) });
    const data = { uuid, policy, policies: [policy], members: [...uuids], hosts: [] };
    return {
      'nova_object.name': 'InstanceGroup',
      'nova_object.namespace': 'nova',
      'nova_object.version': '1.11',
      'nova_object.data': data,
    };
  }

  async #happen(event: EventPlan): Promise<void> {
    if (event.kind === 'user deletes') {
      const uuid = this.#uuids[event.server % Math.max(1, this.#uuids.length)];
      if (uuid !== undefined) await this.#users.deleteServer(uuid);
      return;
    }
    if (event.kind === 'host of server dies') {
      const uuid = this.#uuids[event.server % Math.max(1, this.#uuids.length)];
      const found = uuid === undefined ? undefined : await this.#users.find(uuid);
      const on = this.#world.world.fleet.computes.find(({ host }) => host === found?.item['host']);
      on?.die();
      return;
    }
    if (event.kind === 'user asks') {
      const uuid = this.#uuids[event.server % Math.max(1, this.#uuids.length)];
      // What a user was refused, the user has been told.
      if (uuid !== undefined) await this.#moves.ask(uuid, event.move).catch(() => undefined);
      return;
    }
    const host = hostName(event.host % this.#plan.hosts.length);
    if (event.kind === 'host dies') this.#world.world.fleet.host(host).die();
    else await this.#start(host);
  }

  /** A host comes back; one that cannot register, since its calls go unanswered, is started again. */
  async #start(host: string): Promise<void> {
    if (this.#starting.has(host)) return;
    this.#starting.add(host);
    await this.#say(this.#world.world.fleet.host(host).cell, host, false);
    for (let tries = 0; tries < 5 && !this.#world.world.fleet.host(host).alive; tries += 1) {
      try {
        await this.#world.world.fleet.host(host).start();
      } catch {
        await this.#users.wait(10);
      }
    }
    this.#starting.delete(host);
  }
}
