import { commandLine } from '#cli/output/command-line';
import { leftOver } from '../fixtures/ledger.ts';
import { Moves } from '../worlds/moves.ts';
import type { MoveName } from '../worlds/plan.ts';
import { Users } from '../worlds/users.ts';
import { SoakWorld } from './soak-world.ts';

const USAGE = `npm run soak -- [--minutes N] [--messages N] [--users N] [--hosts N] [--faults PERCENT]

Has users build, move and delete servers on the emulators of this machine, one request after the other, while a share of the calls of
functions goes wrong and the emulators are away twice for a tenth of the time each (three minutes of thirty). It ends after so many
minutes, or so many messages, and when everything has come to rest: every server is deleted by then, and nothing may be left.
30 minutes, 100,000 messages, 12 users, 6 hosts and 0.5 percent unless options say otherwise.
Exit code 1 when anything was lost, done twice, or left over.
`;

/** What users do with a server between its build and its deletion, in turn. */
const COURSES: readonly (readonly MoveName[])[] = [
  [],
  ['rebuild'],
  ['resize', 'confirm'],
  ['migrate', 'revert'],
  ['live-migrate'],
  ['shelve', 'unshelve'],
  ['offload', 'unshelve'],
];

/** Seconds between two looks, and after which a user gives up on what does not come about. */
const [LOOK, LONGEST_WAIT] = [1, 1800] as const;

/** Milliseconds in which everything comes to rest after the last request: retries wait for ten minutes at most. */
const TO_REST = 1_500_000;

/** What users went through. */
const seen = { servers: 0, requests: 0, refused: 0, active: 0, failed: 0, deleted: 0, stuck: 0 };

/** What each user waits for, by the server. */
const waiting = new Map<string, string>();

/** Looks until a server is at rest: without a task, and built. Answers its vm_state; undefined when it never is. */
async function rested(users: Users, uuid: string): Promise<string | undefined> {
  for (let passed = 0; passed < LONGEST_WAIT; passed += LOOK) {
    await users.wait(LOOK);
    const item = (await users.find(uuid))?.item;
    if (item === undefined) continue;
    if (item['deleted'] === true) {
      waiting.delete(uuid);
      return 'deleted';
    }
    const { vm_state, task_state = null } = item;
    waiting.set(uuid, `${passed} s: ${JSON.stringify([vm_state, task_state])}`);
    if (task_state === null && typeof vm_state === 'string' && vm_state !== 'building') return vm_state;
  }
  return undefined;
}

/** One server from its request to its end. */
async function course(world: SoakWorld, users: Users, moves: Moves, steps: readonly MoveName[]): Promise<void> {
  const uuid = await world.build();
  seen.servers += 1;
  let state = await rested(users, uuid);
  if (state === 'active') seen.active += 1;
  else seen.failed += 1;
  for (const step of steps) {
    if (state === undefined) break;
    seen.requests += 1;
    await moves.ask(uuid, step).catch(() => {
      seen.refused += 1;
    });
    state = await rested(users, uuid);
  }
  if (state === undefined) seen.stuck += 1;
  await users.deleteServer(uuid);
  if ((await rested(users, uuid)) === 'deleted') seen.deleted += 1;
  else if ((await users.find(uuid))?.cell === 'cell0') seen.deleted += 1;
}

async function main(): Promise<number> {
  const { values } = commandLine(
    process,
    {
      options: {
        minutes: { type: 'string', default: '30' },
        messages: { type: 'string' },
        users: { type: 'string', default: '12' },
        hosts: { type: 'string', default: '6' },
        faults: { type: 'string', default: '0.5' },
        help: { type: 'boolean', default: false },
      },
    },
    USAGE,
  );
  const minutes = Number(values.minutes);
  const most = Number(values.messages ?? Math.round((minutes * 100_000) / 30));
  if (values.help || !(minutes > 0) || !(most > 0)) {
    process.stdout.write(USAGE);
    return values.help ? 0 : 2;
  }
  const world = await SoakWorld.boot(Number(values.hosts), Number(values.faults) / 100);
  const users = new Users(world, { askOnce: true, waitSeconds: 3 });
  const start = Date.now();
  const passed = (): number => (Date.now() - start) / 1000;
  const goesOn = (): boolean => passed() < minutes * 60 && world.counts.messages < most;
  const outages = [0.25, 0.6].map(async (share) => {
    await users.wait(share * minutes * 60);
    world.proxy.cut();
    process.stdout.write(`${passed().toFixed(0)} s: the emulators are away\n`);
    await users.wait(minutes * 6);
    world.proxy.mend();
    process.stdout.write(`${passed().toFixed(0)} s: they are back\n`);
  });
  const moves = new Moves(world, users);
  const ticker = setInterval(() => {
    process.stdout.write(`${passed().toFixed(0)} s: ${world.counts.messages} messages, ${JSON.stringify(seen)}\n`);
    for (const [uuid, what] of waiting) process.stdout.write(`  ${uuid} ${what}\n`);
  }, 30_000);
  let begun = 0;
  const user = async (): Promise<void> => {
    while (goesOn()) {
      const steps = COURSES[(begun += 1) % COURSES.length] ?? [];
      await course(world, users, moves, steps);
    }
  };
  await Promise.all([...Array.from({ length: Number(values.users) }, user), ...outages]);
  const until = Date.now() + TO_REST;
  while (Date.now() < until && !(await world.isAtRest())) await users.wait(2);
  for (const compute of world.world.fleet.computes) await compute.audit();
  clearInterval(ticker);
  await users.close();
  return report(world, await leftOver(await world.ledger()), passed());
}

/** Prints what was counted, and answers the exit code. */
async function report(world: SoakWorld, left: readonly string[], seconds: number): Promise<number> {
  const orders = world.world.fleet.received().flatMap(({ uniqueId }) => (uniqueId === undefined ? [] : [uniqueId]));
  const twice = [
    ...world.guests.seen,
    ...(orders.length === new Set(orders).size ? [] : ['an order was carried out twice']),
  ];
  const lost = seen.servers - seen.deleted + seen.stuck;
  const { messages, faults } = world.counts;
  process.stdout.write(`${seconds.toFixed(0)} s, ${messages} messages, ${faults} faults, ${orders.length} orders\n`);
  process.stdout.write(`${JSON.stringify(seen)}\n${lost} lost, ${twice.length} twice, ${left.length} left over\n`);
  for (const line of [...twice, ...left]) process.stdout.write(`${line}\n`);
  await world.stop();
  return lost + twice.length + left.length === 0 ? 0 : 1;
}

process.exitCode = await main();
