import type { OrderHandler } from '#local/fleet/orders';
import { shelveInstance } from '#local/fleet/shelve';
import { BuildWorld, CELLS, type BuildWorldOptions } from '../fixtures/build-world.ts';
import { SecondPlacement } from '../fixtures/placement/second-placement.ts';
import { Away, type BetweenAll } from './away.ts';
import { Faults, tamper } from './faults.ts';
import { RunningTwice, strayGuests, unknownGuests, worldLeftOver } from './invariants.ts';
import type { HostPlan, WorldPlan } from './plan.ts';
import { loadOnDemand } from './load-on-demand.ts';
import { KEPT_SNAPSHOT } from './moves.ts';
import { hostName, Play } from './play.ts';
import { Released, refuseLaunches } from './released.ts';
import { ShownOnce } from './shown-once.ts';
import { Users } from './users.ts';

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
  /** Whether an OpenStack Placement keeps the claims. @default the deployment's own */
  readonly placementBeside?: boolean;
  /** Changes how the world is set up. */
  readonly setUp?: (options: BuildWorldOptions) => BuildWorldOptions;
}

/** Plays a plan to its end: everything that is random in it comes from the plan. */
export async function playWorld(plan: WorldPlan, options: PlayOptions = {}): Promise<PlayedWorld> {
  await loadOnDemand();
  const faults = new Faults(plan.faults);
  const guests = new RunningTwice();
  const away = new Away(plan.rough?.away ?? []);
  const second = options.placementBeside === true ? new SecondPlacement(plan.seed) : undefined;
  const released = new Released(plan.rough?.released ?? 0);
  const shown = new ShownOnce();
  const world = await boot(plan, { faults, away, guests, released, second, shown }, options.setUp);
  guests.watch(world.world.fleet);
  if (plan.crossing === true) shown.watch(world);
  let armed = false;
  tamper(world.platform.queues, plan.deliveries, () => armed);
  const users = new Users(world, options);
  const play = new Play(world, plan, users);
  armed = true;
  faults.arm();
  away.begin(world.clock);
  refuseLaunches(world.world.runner, plan.rough?.refusedLaunches ?? []);
  released.begin(world.clock);
  faults.onCall = (where, call) => play.atCall(where, call);
  await play.run();
  await play.finish();
  const unhealed = plan.crossing === true ? await play.heal() : [];
  const lost = options.askOnce === true ? await users.lostDeletions() : [];
  const waiting = options.askOnce === true ? await users.waitingDeletions() : [];
  const left = (await worldLeftOver(world)).filter((line) => !waiting.some((uuid) => line.startsWith(uuid)));
  const strays = plan.crossing === true ? await straysOf(world) : [];
  const leftOver = [...left, ...unknownGuests(world, guests.seen), ...lost, ...shown.seen, ...unhealed, ...strays];
  await world.world.stop();
  return { world, leftOver, struck: faults.struck, trace: faults.trace };
}

/** Guests that run where their server is not, once their hosts have done away with those of deleted servers. */
async function straysOf(world: BuildWorld): Promise<string[]> {
  const { computes } = world.world.fleet;
  await world.clock.runUntil(Promise.all(computes.map((compute) => compute.cleanUpDeleted())), 600_000);
  return strayGuests(world);
}

/** When every world begins. */
const START = Date.parse('2026-11-22T12:00:00Z');

const cellOf = ({ cell }: HostPlan): string => CELLS[cell % CELLS.length]?.name ?? 'cell1';

/** Half of what is shelved is kept by its host: which half, the image says. */
const shelveByImage: OrderHandler = (site, order, kind) =>
  shelveInstance({ ...site, shelvedOffloadTime: order.args['image_id'] === KEPT_SNAPSHOT ? -1 : 0 }, order, kind);

/** Seconds for which the drivers of a rough world's hosts hold their calls while the conductor answers no ping. */
const HELD = 12 * 3600;

/** What stands between the parts of a world. */
interface Between {
  readonly faults: Faults;
  readonly away: Away;
  readonly guests: RunningTwice;
  readonly released: Released;
  readonly second: SecondPlacement | undefined;
  readonly shown: ShownOnce;
}

function boot(
  plan: WorldPlan,
  { faults, away, guests, released, second, shown }: Between,
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
      ...(plan.rough === undefined ? {} : { holdSeconds: HELD }),
      orders: { shelve_instance: shelveByImage },
    })),
    ...seen(
      plan.rough === undefined ? faulty(faults) : faultyAndAway(faults, away, released),
      plan.crossing === true ? shown : undefined,
    ),
    ...(second === undefined ? {} : { second: { placement: second, between: faults.overHttp } }),
    // Seldom heartbeats make cheap worlds; a lost order is found before long.
    config: {
      quota: { instances: plan.quota, cores: -1, ram: -1 },
      serviceDownTime: 200,
      stallSeconds: 500,
      ...(plan.crossing === true ? { hostCallSeconds: 300 } : {}),
    },
  };
  return BuildWorld.boot(setUp(options));
}

/** Writes are looked at where they reach the tables. */
const seen = (between: BetweenAll, shown: ShownOnce | undefined): BetweenAll =>
  shown === undefined ? between : { ...between, adapters: (adapters) => between.adapters(shown.adapters(adapters)) };

const faulty = ({ around, aroundBatch, adapters, adapt }: Faults): BetweenAll => ({
  around,
  aroundBatch,
  adapters,
  adapt,
});

const faultyAndAway = (faults: Faults, { options }: Away, released: Released): BetweenAll => ({
  around: (run, ...invoked) =>
    faults.around(() => options.around(() => released.around(run, ...invoked), ...invoked), ...invoked),
  aroundBatch: (run, queue) => faults.aroundBatch(() => options.aroundBatch(run, queue)),
  adapters: (adapters) => faults.adapters(options.adapters(adapters)),
  adapt: (services) => faults.adapt(options.adapt(services)),
});
