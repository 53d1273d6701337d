import type { Counts } from './cost-counts.ts';

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

const SECONDS_A_MONTH = 30 * 24 * 3600;

/** The lines for 1,000 builds, from the counts of `built` servers. */
export function buildLines(counts: Counts, built: number, { assumptions }: PriceList): Line[] {
  const of = (name: string): number => assumptions[name] ?? Number.NaN;
  const each = (amount: number): number => amount / built;
  const writes =
    each(counts.writes) * of('unitsPerWriteOfAServer') + each(counts.transactions) * of('unitsPerTransaction');
  return [
    line(
      'DynamoDB reads',
      'dynamodbReadUnits',
      1000 * each(counts.reads) * of('unitsPerRead'),
      `1,000 × ${show(each(counts.reads))} requests × ${of('unitsPerRead')} units`,
    ),
    line(
      'DynamoDB writes',
      'dynamodbWriteUnits',
      1000 * writes,
      `1,000 × (${show(each(counts.writes))} writes × ${of('unitsPerWriteOfAServer')} + ${show(each(counts.transactions))} transactions × ${of('unitsPerTransaction')} units)`,
    ),
    line(
      'Step Functions',
      'stateTransitions',
      1000 * each(counts.transitions),
      `1,000 × ${show(each(counts.transitions))} transitions`,
    ),
    ...invocationLines(1000 * each(counts.invocations), `1,000 × ${show(each(counts.invocations))}`, assumptions),
    line(
      'SQS',
      'sqsRequests',
      1000 * each(counts.messages) * of('sqsRequestsPerMessage') * 2,
      `1,000 × ${show(each(counts.messages))} calls × 2 messages × ${of('sqsRequestsPerMessage')} requests`,
    ),
    line('KMS', 'kmsRequests', 1000 * of('kmsRequestsPerBuild'), `1,000 × ${of('kmsRequestsPerBuild')} requests`),
    logLine(1000 * each(counts.logLines), `1,000 × ${show(each(counts.logLines))} lines`, assumptions),
  ];
}

/** The lines for 1,000 hosts a month, from the counts of one host's heartbeats over `seconds`. */
export function hostLines(counts: Counts, seconds: number, { assumptions }: PriceList): Line[] {
  const of = (name: string): number => assumptions[name] ?? Number.NaN;
  const month = (amount: number): number => (1000 * amount * SECONDS_A_MONTH) / seconds;
  const rate = (amount: number): string =>
    `1,000 × ${amount} in ${seconds} s × ${SECONDS_A_MONTH.toLocaleString('en')} s`;
  const calls = 1000 * of('objectCallsPerHostMinute') * (SECONDS_A_MONTH / 60);
  // The pulse of a cell is noted once in ten seconds whatever the number of its hosts: half of the writes of a single host.
  const writes = counts.messages;
  return [
    line(
      'DynamoDB writes (heartbeats)',
      'dynamodbWriteUnits',
      month(writes) * of('unitsPerHeartbeatWrite'),
      `${rate(writes)} × ${of('unitsPerHeartbeatWrite')} unit`,
    ),
    line(
      'DynamoDB reads (periodic questions)',
      'dynamodbReadUnits',
      calls * of('unitsPerRead'),
      `1,000 × ${of('objectCallsPerHostMinute')} calls a minute × 43,200 min × ${of('unitsPerRead')} units`,
    ),
    ...invocationLines(
      month(counts.messages) + calls,
      `${rate(counts.messages)} + the questions; batches make it less`,
      assumptions,
    ),
    line(
      'SQS',
      'sqsRequests',
      (month(counts.messages) + calls) * of('sqsRequestsPerMessage') * 2,
      `each call 2 messages × ${of('sqsRequestsPerMessage')} requests`,
    ),
    logLine(month(counts.messages) + calls, 'one line of metrics for each invocation', assumptions),
  ];
}

function invocationLines(invocations: number, arithmetic: string, assumptions: PriceList['assumptions']): Line[] {
  const [gigabytes = 0, seconds = 0] = [assumptions['lambdaGigabytes'], assumptions['lambdaSecondsPerInvocation']];
  return [
    line('Lambda invocations', 'lambdaInvocations', invocations, arithmetic),
    line(
      'Lambda time',
      'lambdaGigabyteSeconds',
      invocations * gigabytes * seconds,
      `invocations × ${gigabytes} GB × ${seconds} s`,
    ),
  ];
}

const logLine = (lines: number, arithmetic: string, assumptions: PriceList['assumptions']): Line => {
  const bytes = assumptions['bytesPerLogLine'] ?? Number.NaN;
  return line('Logs', 'logGigabytes', (lines * bytes) / 1e9, `${arithmetic} × ${bytes} bytes`);
};

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

/** A table with its total. */
export function table(lines: readonly Line[], list: PriceList): string[] {
  const total = lines.reduce((sum, each) => sum + dollars(each, list), 0);
  return [
    '| what | arithmetic | amount | dollars |',
    '| --- | --- | ---: | ---: |',
    ...lines.map(
      (each) => `| ${each.what} | ${each.arithmetic} | ${show(each.amount)} | ${dollars(each, list).toFixed(3)} |`,
    ),
    `| **total** | | | **${total.toFixed(2)}** |`,
  ];
}

const show = (amount: number): string => amount.toLocaleString('en', { maximumFractionDigits: amount < 100 ? 2 : 0 });
