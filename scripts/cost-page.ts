import type { CountedCall } from '../test/meter/calls.ts';
import type { Consumption } from '../test/meter/consumption.ts';

/** docs/prices.json. */
export interface PriceList {
  readonly region: string;
  readonly date: string;
  readonly note: string;
  readonly prices: Readonly<Record<string, { readonly dollars: number; readonly per: number }>>;
  readonly assumptions: Readonly<Record<string, number>>;
}

/** One line of a bill: so many of something, and how that number comes about. */
export interface Line {
  readonly what: string;
  readonly price: string;
  readonly amount: number;
  readonly arithmetic: string;
}

/** What the rates of a host are counted from. */
export interface HostCounts {
  readonly heartbeats: Consumption;
  /** Seconds for which heartbeats were counted. */
  readonly seconds: number;
  readonly periodic: readonly CountedCall[];
}

/** What is known of so many hosts beside the counts. */
export interface Fleet {
  readonly hosts: number;
  /** Seconds for which SQS uses a data key again. */
  readonly dataKeySeconds: number;
  /** Environments in which object calls are served, one after the other in each. */
  readonly environments: number;
  /** Bytes of log lines in a minute. */
  readonly logBytesAMinute: number;
}

const MINUTES_A_MONTH = 30 * 24 * 60;

/** Empty answers that a host gets in a minute while it waits at its queue, 20 seconds each time. */
const POLLS_A_MINUTE = 3;

const writes = (one: Consumption): number => one.written + one.indexed;

/** The calls of one host in a minute. */
export const callsAMinute = ({ seconds, heartbeats, periodic }: HostCounts): number =>
  (heartbeats.invocations * 60) / seconds + periodic.reduce((sum, { aMinute }) => sum + aMinute, 0);

/** The lines for so many builds, from what one consumed. */
export function buildLines(builds: number, one: Consumption, { assumptions }: PriceList): Line[] {
  const all = show(builds);
  const per = (what: string, price: string, amount: number, unit: string): Line =>
    line(what, price, builds * amount, `${all} × ${show(amount)} ${unit}`);
  return [
    per('DynamoDB reads', 'dynamodbReadUnits', one.read, 'units'),
    line(
      'DynamoDB writes',
      'dynamodbWriteUnits',
      builds * (one.written + one.indexed),
      `${all} × (${show(one.written)} units of tables + ${show(one.indexed)} of indexes)`,
    ),
    per('Step Functions', 'stateTransitions', one.transitions, 'transitions'),
    per('Lambda requests', 'lambdaInvocations', one.invocations, 'invocations'),
    buildTime(builds, one, assumptions),
    per('SQS', 'sqsRequests', one.sqs, 'requests, the polls of Lambda and hosts left out'),
    per('KMS', 'kmsRequests', one.keyRequests, 'data keys made or opened, by functions that knew none'),
    per('Logs', 'logGigabytes', one.logBytes / 1e9, 'GB'),
    per('Traffic out of AWS', 'dataOutGigabytes', one.bytesOut / 1e9, 'GB'),
  ];
}

/** The lines for the same hosts where they make direct calls: their queues are waited at still. */
export function directHostLines(counts: HostCounts, fleet: Fleet, list: PriceList): Line[] {
  const notes = fleet.environments * NOTES_A_MINUTE;
  const noted = line(
    'DynamoDB writes of who was heard',
    'dynamodbWriteUnits',
    notes * MINUTES_A_MONTH,
    `${show(fleet.environments)} environments of the function × ${NOTES_A_MINUTE} notes a minute`,
  );
  return [...hostLines(counts, fleet, list).filter(({ amount, what }) => amount > 0 && !what.startsWith('KMS')), noted];
}

/** Notes of an environment that somebody was served, so that nobody counts as dead whom nobody could hear. */
const NOTES_A_MINUTE = 6;

/** The lines for hosts that heartbeat and ask for a month. */
export function hostLines(counts: HostCounts, fleet: Fleet, { assumptions }: PriceList): Line[] {
  const { heartbeats, seconds, periodic } = counts;
  const { hosts } = fleet;
  const minutes = hosts * MINUTES_A_MONTH;
  const beats = (of: (one: Consumption) => number): number => (of(heartbeats) * 60) / seconds;
  const asked = (of: (one: Consumption) => number): number =>
    periodic.reduce((sum, { aMinute, consumed }) => sum + aMinute * of(consumed), 0);
  const rate = (what: string, price: string, amount: number, unit: string): Line =>
    line(what, price, minutes * amount, `${show(hosts)} hosts × ${show(amount)} ${unit} a minute`);
  const calls = callsAMinute(counts);
  const sqs = beats(({ sqs: each }) => each) + asked(({ sqs: each }) => each);
  const out = beats(({ bytesOut }) => bytesOut) + asked(({ bytesOut }) => bytesOut);
  return [
    rate('DynamoDB writes of heartbeats', 'dynamodbWriteUnits', beats(writes), 'units'),
    rate('DynamoDB writes of periodic calls', 'dynamodbWriteUnits', asked(writes), 'units'),
    rate(
      'DynamoDB reads',
      'dynamodbReadUnits',
      asked(({ read }) => read),
      'units',
    ),
    rate('Lambda requests', 'lambdaInvocations', calls, 'calls, each in an invocation of its own'),
    time(minutes * calls, 'lambdaSecondsOfCall', assumptions),
    rate('SQS, calls and answers', 'sqsRequests', sqs, 'requests'),
    rate('SQS, polls of host queues', 'sqsRequests', POLLS_A_MINUTE, 'empty answers'),
    keyLine(fleet),
    line(
      'Logs',
      'logGigabytes',
      (fleet.logBytesAMinute * MINUTES_A_MONTH) / 1e9,
      `${show(fleet.logBytesAMinute)} bytes a minute of all of them`,
    ),
    rate('Traffic out of AWS', 'dataOutGigabytes', out / 1e9, 'GB'),
  ];
}

/**
 * Requests of SQS to KMS
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html): so many periods
 * of a data key times twice the producers and once the consumers. Reply queues are not under a key of KMS.
 */
function keyLine({ hosts, dataKeySeconds }: Fleet): Line {
  const periods = (MINUTES_A_MONTH * 60) / dataKeySeconds;
  const arithmetic = `${show(periods)} periods of a data key × (2 × ${show(hosts)} senders + 1 reader)`;
  return line('KMS of the conductor queue', 'kmsRequests', periods * (2 * hosts + 1), arithmetic);
}

function buildTime(builds: number, { invocations, calls }: Consumption, assumptions: PriceList['assumptions']): Line {
  const assumed = (name: string): number => assumptions[name] ?? Number.NaN;
  const [gigabytes, step] = [assumed('lambdaGigabytes'), assumed('lambdaSecondsOfStep')];
  const call = assumed('lambdaSecondsOfCall');
  const steps = invocations - calls;
  const arithmetic = `${show(builds)} × (${steps} steps × ${step} s + ${calls} calls × ${call} s) × ${gigabytes} GB`;
  return line('Lambda time', 'lambdaGigabyteSeconds', builds * (steps * step + calls * call) * gigabytes, arithmetic);
}

function time(invocations: number, seconds: string, assumptions: PriceList['assumptions']): Line {
  const [gigabytes, each] = [assumptions['lambdaGigabytes'] ?? Number.NaN, assumptions[seconds] ?? Number.NaN];
  const arithmetic = `invocations × ${gigabytes} GB × ${each} s`;
  return line('Lambda time', 'lambdaGigabyteSeconds', invocations * gigabytes * each, arithmetic);
}

const line = (what: string, price: string, amount: number, arithmetic: string): Line => ({
  what,
  price,
  amount,
  arithmetic,
});

/** What a line costs. @throws Error when the list has no such price */
function dollars({ price, amount }: Line, { prices }: PriceList): number {
  const listed = prices[price];
  if (listed === undefined) throw new Error(`docs/prices.json has no price for ${price}`);
  return (amount * listed.dollars) / listed.per;
}

/** What all lines cost. */
const total = (lines: readonly Line[], list: PriceList): number =>
  lines.reduce((sum, each) => sum + dollars(each, list), 0);

/** A table with its total. */
export function table(lines: readonly Line[], list: PriceList): string[] {
  return [
    '| what | arithmetic | amount | dollars |',
    '| --- | --- | ---: | ---: |',
    ...lines.map(
      (each) => `| ${each.what} | ${each.arithmetic} | ${show(each.amount)} | ${dollars(each, list).toFixed(3)} |`,
    ),
    `| **total** | | | **${total(lines, list).toFixed(2)}** |`,
  ];
}

/** What was counted, a line for each thing. */
export function consumptionTable(counted: readonly (readonly [name: string, one: Consumption])[]): string[] {
  return [
    '| what | DynamoDB requests | read units | write units of tables | of indexes | SQS requests | invocations | transitions |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...counted.map(([name, one]) =>
      [
        '',
        ` ${name} `,
        ...[one.requests, one.read, one.written, one.indexed, one.sqs, one.invocations, one.transitions].map(
          (amount) => ` ${show(amount)} `,
        ),
        '',
      ].join('|'),
    ),
  ];
}

/** A number as the pages show it. */
export const show = (amount: number): string => {
  if (amount !== 0 && Math.abs(amount) < 0.01) return amount.toPrecision(2);
  return amount.toLocaleString('en', { maximumFractionDigits: amount < 100 ? 2 : 0 });
};
