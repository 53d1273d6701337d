import { costOf, median, RequestCounter, type Cost } from './measure.ts';
import { ObjectCaller, type ObjectCall } from './object-calls.ts';
import { callFigures, origin } from './original.ts';
import { callsOf, populate, servicesOver } from './records.ts';
import { missedAim, ratio, type Cell, type Report } from './report.ts';
import { emulatedTables } from './worlds.ts';

/** The middle of so many rounds counts; as many run before, so that the code is compiled. */
const ROUNDS = 5;
const CALLS_PER_ROUND = 100;
const LISTS_PER_ROUND = 30;

/** Object calls against the DynamoDB emulator under the real SDK. */
export async function objects(say: (text: string) => void): Promise<Report> {
  const counter = new RequestCounter();
  const { tables, stop } = await emulatedTables(counter.onRequest);
  try {
    const services = servicesOver(tables);
    await populate(services);
    const caller = new ObjectCaller(services);
    const calls = await callsOf(caller);
    const rows: Cell[][] = [];
    const missed: string[] = [];
    for (const [name, call] of Object.entries(calls)) {
      say(name);
      const figures = callFigures(name);
      const perRound = name.startsWith('InstanceList') ? LISTS_PER_ROUND : CALLS_PER_ROUND;
      await measured(caller, counter, call, 1, perRound);
      const one = await measured(caller, counter, call, 1, perRound);
      const ten = await measured(caller, counter, call, 10, perRound);
      const { cpuMs, sql, aimCpuMs, aimRequests } = figures;
      rows.push([
        name,
        cpuMs,
        one.cpuMs,
        ratio(cpuMs, one.cpuMs),
        ten.cpuMs,
        aimCpuMs,
        one.perSecond,
        ten.perSecond,
        sql,
        one.requests,
        aimRequests,
        ten.replyBatches,
      ]);
      missed.push(
        ...missedAim(`${name}, one a batch`, one.cpuMs, aimCpuMs, 'ms of processor time'),
        ...missedAim(name, Math.floor(one.requests), aimRequests, 'DynamoDB requests'),
      );
    }
    return { part: 'objects', missed, tables: [{ title: 'Object calls', columns: COLUMNS, rows, notes: NOTES }] };
  } finally {
    await stop();
  }
}

const COLUMNS = [
  'call',
  'nova CPU ms',
  'CPU ms',
  'ratio',
  'CPU ms of 10',
  'aim CPU ms',
  'calls/s',
  'calls/s of 10',
  'nova SQL',
  'requests',
  'aim',
  'reply batches of 10',
];

const NOTES = [
  `nova: ${origin}`,
  'CPU: of the process that runs the object function: envelope, objects, records, the SDK for DynamoDB. Not in it: the',
  'emulator (a process of its own), the building of the messages, and sending replies, which are counted and kept.',
  '"of 10": events of ten records; figures are per call. One request in some seconds is the pulse of the cell.',
];

interface Measured {
  readonly cpuMs: number;
  readonly perSecond: number;
  readonly requests: number;
  readonly replyBatches: number;
}

/** The middle of some rounds; messages are made beforehand and never sent twice. */
async function measured(
  caller: ObjectCaller,
  counter: RequestCounter,
  call: (at: number) => ObjectCall,
  batch: number,
  perRound: number,
): Promise<Measured> {
  const calls = perRound * ROUNDS;
  const rounds: Cost[] = [];
  let at = 0;
  let requests = 0;
  const batchesBefore = caller.replies.batches;
  for (let round = 0; round < ROUNDS; round++) {
    const events = Array.from({ length: perRound / batch }, () =>
      caller.event(Array.from({ length: batch }, () => call(at++))),
    );
    counter.take();
    rounds.push(
      await costOf(async () => {
        for (const event of events) await caller.handle(event);
      }),
    );
    requests += counter.take();
  }
  return {
    cpuMs: median(rounds.map(({ cpuMs }) => cpuMs)) / perRound,
    perSecond: (1000 * perRound) / median(rounds.map(({ wallMs }) => wallMs)),
    requests: Number((requests / calls).toFixed(2)),
    replyBatches: (caller.replies.batches - batchesBefore) / (calls / batch),
  };
}
