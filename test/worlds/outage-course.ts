import { array, boolean, constant, constantFrom, integer, nat, oneof, record, type Arbitrary } from 'fast-check';
import type { BehaviourKind } from '#local/fleet/behaviour';
import { SMALL, TINY } from '#local/demo/flavors';
import { imageItem } from '#records/images';
import { DEFAULTS } from '#ports/configuration';
import { API, runTimeKey } from '#records/keys';
import { plainText } from '#wire/reading';
import { BuildWorld, type BuildWorldOptions } from '../fixtures/build-world.ts';
import { withUserData } from '../fixtures/built.ts';
import { SNAPSHOT } from '../fixtures/existing-server.ts';
import { leftOver } from '../fixtures/ledger.ts';
import { Moves } from './moves.ts';
import { Outages, SERVICES, type Outage } from './outages.ts';
import { MOVES, PARTS, type MoveName } from './plan.ts';
import { Users } from './users.ts';

/** A server's course: it is built, then its user asks for one thing after the other, each when all is at rest. */
export interface Course {
  readonly seed: number;
  readonly hosts: number;
  readonly large: boolean;
  /** Whether it is one of as many as make the request longer than a queue takes: its payload lies in the bucket. */
  readonly long: boolean;
  readonly moves: readonly MoveName[];
  /** How hosts carry out their orders, taken in turn; afterwards, and in a long course, they carry out their orders. */
  readonly behaviour: readonly BehaviourKind[];
  /** What is away at the build and at each request, in turn. */
  readonly outages: readonly Outage[];
}

/** How the servers of a course have ended: what their user and their operator see of them. */
export interface Ending {
  readonly states: readonly (readonly unknown[])[];
  readonly events: readonly string[];
  readonly faults: readonly string[];
  readonly migrations: readonly string[];
  /** What is left over. */
  readonly left: readonly string[];
}

const outage: Arbitrary<Outage> = record({
  what: oneof({ arbitrary: constantFrom(...SERVICES), weight: 2 }, constantFrom(...PARTS)),
  after: oneof(nat(10), nat(80)),
  seconds: oneof(
    { arbitrary: integer({ min: 1, max: 60 }), weight: 4 },
    { arbitrary: integer({ min: 60, max: 3600 }), weight: 4 },
    integer({ min: 3600, max: 21_600 }),
  ),
});

const behaviour: Arbitrary<BehaviourKind> = oneof(
  record({ delay: integer({ min: 1, max: 400_000 }) }),
  constantFrom('build' as const, { fail: 'it is full' }, { abort: 'the image is broken' }),
);

/** Courses with an outage at each of their requests. */
export const courses: Arbitrary<Course> = record({
  seed: nat(1_000_000),
  hosts: integer({ min: 2, max: 3 }),
  large: boolean(),
  long: oneof({ arbitrary: constant(false), weight: 9 }, constant(true)),
  moves: array(constantFrom(...MOVES.filter((move) => move !== 'evacuate')), { maxLength: 4 }),
  behaviour: array(behaviour, { maxLength: 4 }),
  outages: array(outage, { minLength: 3, maxLength: 5 }),
});

/** Servers of a request that is longer than a queue takes. */
const LONG = 18;

/** Seconds of virtual time in which a world must come to rest after a request. */
const LIMIT = 40_000;

/** Seconds for which a host's driver holds its calls while the conductor answers no ping. */
const HELD = 12 * 3600;

/** Seconds within which hosts are to answer a call, and those of a patient request. */
const [ANSWERED_WITHIN, PATIENCE] = [DEFAULTS.longRpcTimeout, 3600];

/** Milliseconds after which every function has read what was set at run time. */
const READ_EVERY = 61_000;

/** How a course is played. */
export interface CourseOptions {
  /** Requests, by their number, in which a host may take as long as it likes for the answer to a call. */
  readonly patient?: readonly number[];
  /** Changes how the world is set up. */
  readonly setUp?: (options: BuildWorldOptions) => BuildWorldOptions;
}

/** Plays a course to its end, with its outages or without. */
export async function playCourse(
  course: Course,
  withOutages: boolean,
  { patient = [], setUp = (same) => same }: CourseOptions = {},
): Promise<Ending> {
  const outages = new Outages();
  const behaviours = course.long ? [] : [...course.behaviour];
  const options: BuildWorldOptions = {
    seed: course.seed,
    hosts: Array.from({ length: course.hosts }, (_, at) => ({
      host: `host${at + 1}`,
      cell: 'cell1',
      holdSeconds: HELD,
      ...(course.long ? { capacity: { vcpus: 64, memoryMb: 65_536, diskGb: 1028 } } : {}),
    })),
    heartbeatSeconds: 10,
    behaviour: () => behaviours.shift() ?? 'build',
    ...outages.options,
    ...(patient.length > 0 ? { reloads: true } : {}),
  };
  const world = await BuildWorld.boot(setUp(options));
  await world.platform.tables.put(API, imageItem(SNAPSHOT, { name: 'shelved', status: 'active' }));
  const moves = new Moves(world, new Users(world));
  const flavor = course.large ? SMALL : TINY;
  const command = course.long ? withUserData(world.request(LONG, flavor)) : world.request(1, flavor);
  const [uuid = ''] = command.uuids;
  const requests = [() => world.publish(command), ...course.moves.map((move) => () => moves.ask(uuid, move))];
  for (const [at, request] of requests.entries()) {
    if (patient.length > 0) await waitForAnswers(world, at + 1, patient.includes(at) ? PATIENCE : ANSWERED_WITHIN);
    await request();
    const planned = course.outages[at];
    if (withOutages && planned !== undefined) outages.plan(world.clock, planned);
    await rest(world);
  }
  await auditHosts(world);
  const ending = await endingOf(world, command.uuids);
  await world.world.stop();
  return ending;
}

/** Requests in which a host is slower with an answer than it may be: an outage of ours gives it longer, or does not. */
export const slowlyAnswered = ({ behaviour: planned, moves }: Course): number[] =>
  planned.some((each) => typeof each === 'object' && 'delay' in each && each.delay > ANSWERED_WITHIN * 1000)
    ? moves.flatMap((move, at) => (move === 'live-migrate' ? [at + 1] : []))
    : [];

/** Has functions go by another time for answers from here on. */
async function waitForAnswers({ clock, platform }: BuildWorld, version: number, longRpcTimeout: number): Promise<void> {
  await platform.tables.put(API, { ...runTimeKey, version, values: { longRpcTimeout } });
  await clock.advance(READ_EVERY);
}

async function rest(world: BuildWorld): Promise<void> {
  await world.clock.advance(70_000);
  await world.end(LIMIT);
  const idle = Promise.all(world.world.fleet.computes.map((compute) => compute.idle()));
  await world.clock.runUntil(idle, LIMIT * 1000);
  await world.end(LIMIT);
}

/** Hosts look through what they have claimed: an order that broke off leaves it behind until then. */
async function auditHosts(world: BuildWorld): Promise<void> {
  for (const compute of world.world.fleet.computes) await world.clock.runUntil(compute.audit(), LIMIT * 1000);
}

async function endingOf(world: BuildWorld, uuids: readonly string[]): Promise<Ending> {
  const valuesOf = (prefix: string, ...names: readonly string[]): string[] =>
    uuids
      .flatMap((uuid) => world.beside(uuid, prefix))
      .map((each) => names.map((name) => plainText(each[name])).join(' '))
      .toSorted();
  return {
    states: uuids.map((uuid) => {
      const {
        vm_state = null,
        task_state = null,
        host = null,
        memory_mb = null,
        deleted = null,
      } = world.server(uuid).item;
      return [vm_state, task_state, host === null, memory_mb, deleted];
    }),
    events: valuesOf('event#', 'event', 'result'),
    faults: valuesOf('fault#', 'code', 'message'),
    migrations: valuesOf('migration#', 'migration_type', 'status'),
    left: await leftOver(world),
  };
}
