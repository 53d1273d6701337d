import { BuildWorld } from './build-world.ts';
import { costOf, median, RequestCounter } from './measure.ts';
import original from './nova-conductor.json' with { type: 'json' };
import { origin } from './original.ts';
import { missedAim, ratio, type Cell, type Report } from './report.ts';
import { inMemory, onDynamodb, onEmulators, type BenchGround } from './worlds.ts';

/** A size of requests, how many are built before anything counts, and how many count. */
interface Size {
  readonly servers: number;
  readonly warm: number;
  readonly runs: number;
}

const SIZES: readonly Size[] = [
  { servers: 1, warm: 20, runs: 30 },
  { servers: 10, warm: 2, runs: 10 },
  { servers: 100, warm: 1, runs: 3 },
  { servers: 1000, warm: 0, runs: 1 },
];

/** Sizes that take long on an emulator: there they are for `--large`. */
const LARGE = new Set([10, 1000]);

const HOSTS = 10;

/** The platforms, and whether processor time means something there: no emulator works in this process. */
const GROUNDS: readonly {
  readonly name: string;
  readonly cpu: boolean;
  readonly emulated: boolean;
  readonly make: (onRequest: () => void) => BenchGround | Promise<BenchGround>;
}[] = [
  { name: 'memory', cpu: true, emulated: false, make: inMemory },
  { name: 'DynamoDB emulator', cpu: true, emulated: true, make: onDynamodb },
  { name: 'both emulators', cpu: false, emulated: true, make: onEmulators },
];

/** Builds from the message to the cast of the last server. */
export async function builds(say: (text: string) => void, large: boolean): Promise<Report> {
  const rows: Cell[][] = [];
  const missed: string[] = [];
  for (const { name, cpu, emulated, make } of GROUNDS) {
    for (const size of SIZES.filter(({ servers }) => large || !emulated || !LARGE.has(servers))) {
      const what = `${size.servers} a request, ${name}`;
      say(what);
      const built = await measured(make, size);
      const figures = Object.values(original.builds).find(({ servers }) => servers === size.servers);
      rows.push([
        name,
        size.servers,
        figures?.cpuMs ?? null,
        cpu ? built.cpuMs : null,
        figures === undefined || !cpu ? null : ratio(figures.cpuMs, built.cpuMs),
        figures?.aimCpuMs ?? null,
        figures?.sql ?? null,
        built.requests,
        figures?.aimRequests ?? null,
        built.transitions,
        built.invocations,
        figures?.wallMs ?? null,
        built.wallMs,
        figures?.aimWallMs ?? null,
      ]);
      const { aim, aimInvocations } = original.transitions;
      missed.push(
        ...missedAim(what, built.requests, figures?.aimRequests, 'DynamoDB requests a server'),
        ...missedAim(what, built.transitions, aim, 'state transitions a server'),
        ...missedAim(what, built.invocations, aimInvocations, 'Lambda invocations a server'),
        ...missedAim(what, built.wallMs, figures?.aimWallMs, 'ms from message to cast'),
        ...(cpu ? missedAim(what, built.cpuMs, figures?.aimCpuMs, 'ms of processor time a server') : []),
      );
    }
  }
  const title = 'Builds, from the message to the cast of the last server; per server, wall time per request';
  return { part: 'builds', missed, tables: [{ title, columns: COLUMNS, rows, notes: NOTES }] };
}

const COLUMNS = [
  'world',
  'servers',
  'nova CPU ms',
  'CPU ms',
  'ratio',
  'aim CPU ms',
  'nova SQL',
  'requests',
  'aim',
  'transitions',
  'invocations',
  'nova wall ms',
  'wall ms',
  'aim wall ms',
];

const NOTES = [
  `nova: ${origin}`,
  'CPU: all functions of the way, the publisher, and the runner that stands in for Step Functions; on the DynamoDB',
  'emulator with the SDK, and queues in memory. Scheduler and placement are ours and included; nova had them stubbed.',
  'With both emulators, that of SQS works in this process, so only the wall time means something.',
  'Invocations: those of the state machines and one of the queue. Requests: to DynamoDB, ids and caches amortised.',
];

interface Built {
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly requests: number;
  readonly transitions: number;
  readonly invocations: number;
}

async function measured(
  make: (onRequest: () => void) => BenchGround | Promise<BenchGround>,
  { servers, warm, runs }: Size,
): Promise<Built> {
  const counter = new RequestCounter();
  const world = await BuildWorld.boot(await make(counter.onRequest), HOSTS);
  // Nobody carries out what is cast, so that nothing but the way to the cast is measured.
  for (const compute of world.computes) compute.die();
  for (let run = 0; run < warm; run++) await world.untilCast(world.request(servers), servers);
  await world.rest();
  const before = await world.steps();
  const costs: { cpuMs: number; wallMs: number; requests: number }[] = [];
  for (let run = 0; run < runs; run++) {
    const publish = world.request(servers);
    counter.take();
    const cost = await costOf(() => world.untilCast(publish, servers));
    costs.push({ ...cost, requests: counter.take() });
    await world.rest();
  }
  const after = await world.steps();
  await world.stop();
  const built = servers * runs;
  return {
    cpuMs: median(costs.map(({ cpuMs }) => cpuMs)) / servers,
    wallMs: median(costs.map(({ wallMs }) => wallMs)),
    requests: costs.reduce((sum, { requests }) => sum + requests, 0) / built,
    transitions: (after.transitions - before.transitions) / built,
    invocations: (after.invocations - before.invocations + runs) / built,
  };
}
