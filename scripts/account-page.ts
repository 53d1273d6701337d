import type { Consumption } from '../test/meter/consumption.ts';
import type { AllCounts } from './cost-counts.ts';
import { show } from './cost-page.ts';

/** Units that one partition of a table or an index takes in a second. */
const PARTITION_UNITS = 1000;

/** Rates of builds a second that the page shows. */
const RATES = [1, 10, 50] as const;

/** Seconds that a host needs for a build, and that an invocation lasts, as the page assumes them. */
const [BUILD_SECONDS, INVOCATION_SECONDS] = [300, 0.2] as const;

type Row = readonly [
  service: string,
  quota: string,
  byDefault: string,
  needed: (builds: number) => string,
  raise: string,
];

/** What so many builds a second need of something of which one build takes this. */
const of = (amount: number) => (builds: number) => show(Math.ceil(builds * amount));

const rows = (build: Consumption): Row[] => {
  const writes = build.written + build.indexed;
  return [
    [
      'Step Functions',
      'StartExecution, refill a second (bucket)',
      '300 (1,300); 150 (800) in most regions',
      of(build.starts),
      'the next limit: ask for more before you promise 150 builds/s (half of it in most regions); a request for several servers starts one more',
    ],
    ['Step Functions', 'SendTaskSuccess a second', 'look it up in Service Quotas', of(1), 'look it up'],
    ['Step Functions', 'state transitions a second', '5,000; 800 in most regions', of(build.transitions), 'yes'],
    ['Step Functions', 'open executions', '1,000,000', of(BUILD_SECONDS * build.starts), 'no'],
    [
      'Lambda',
      'concurrent executions (plus one a second for each 20 hosts)',
      '1,000, shared by the account; new accounts may have far less',
      of(build.invocations * INVOCATION_SECONDS),
      'in a new or shared account',
    ],
    [
      'DynamoDB',
      'write units a second of all tables',
      '40,000 a table; a new table begins with 4,000',
      of(writes),
      'no, but warm up before a sudden move',
    ],
    [
      'DynamoDB',
      'read units a second of all tables',
      '40,000 a table; a new table begins with 12,000',
      of(build.read),
      'no',
    ],
    ['DynamoDB', 'tables', '2,500', () => '–', 'no'],
    ['SQS', 'messages in flight, per standard queue (there is no rate to raise)', '120,000', () => '–', 'no'],
    [
      'KMS',
      'symmetric requests a second, shared by the account',
      'at least 10,000; more in large regions: look it up in Service Quotas',
      of(build.keyRequests),
      'no',
    ],
    [
      'CloudWatch',
      'log ingestion, bytes a second (PutMetricData is not used)',
      'look it up in Service Quotas',
      of(build.logBytes),
      'no',
    ],
  ];
};

/** docs/accounts.md. */
export function accountPage(counts: AllCounts, hosts: number, callsASecond: number): string {
  const build = counts.operations[0]?.[1];
  if (build === undefined) throw new Error('no build was counted');
  const { heartbeats, seconds } = counts.hosts;
  const beats = ((heartbeats.written + heartbeats.indexed) / seconds) * hosts;
  const hottest = counts.indexKeys.slice(0, 6);
  return `# The account

What to check before a deployment takes load. Written by \`npm run cost\` from what a build and a heartbeat take (\`test/meter/\`, [cost](cost.md)). Rates
are for builds a second, sustained, with every server in a request of its own. Defaults are those that AWS documents for us-east-1; most other
regions have less, new accounts too, and defaults change: look at Service Quotas for yours.

| service | quota | default in us-east-1 | ${RATES.map((rate) => `at ${rate} build${rate === 1 ? '' : 's'}/s`).join(' | ')} | raise it |
| --- | --- | --- | ${RATES.map(() => '---:').join(' | ')} | --- |
${rows(build)
  .map(
    ([service, quota, byDefault, needed, raise]) =>
      `| ${[service, quota, byDefault, ...RATES.map(needed), raise].join(' | ')} |`,
  )
  .join('\n')}

Open executions are builds a second times the seconds that a host needs (${BUILD_SECONDS} assumed). On-demand tables double within half an hour; for a sudden move warm their throughput up.

## Keys of indexes

A partition of a table or an index takes ${show(PARTITION_UNITS)} write units a second, and DynamoDB splits a busy one only where its sort keys let it. What a build writes to
single partition keys of indexes, the busiest first:

| table, index, key | units a build | builds a second at most |
| --- | ---: | ---: |
${hottest.map(([key, units]) => `| ${keyText(key)} | ${show(units)} | ${show(PARTITION_UNITS / units)} |`).join('\n')}

A partition of \`by-capacity\` has a hundred hosts, one of \`lookup\` one (the world in which this is counted has sixty).

What limits before or beside them: \`StartExecution\` above; the usage of a project, which is one item that every build of the project writes in a transaction,
so builds of one project at the same moment meet each other and are tried again; a new \`requests\` table until it is warm.

## Hosts

${show(hosts)} hosts with a heartbeat every ten seconds and their periodic calls make ${show(callsASecond)} object calls a second, and their heartbeats ${show(beats)} write units a
second on the cells' tables.

## A plan

Put the keys that you want otherwise into a file of your own ([configuration](configuration.md)), and see what they come to before anything is deployed:

\`\`\`
cp stages/example.json stages/prod.json
npx cdk synth --quiet --context stage=prod
npx cdk diff --method=template --context stage=prod
\`\`\`

\`synth\` needs no account: it writes the templates into \`cdk.out\`, or names the key that it cannot take. \`diff\` compares them with what is deployed in the account of \`AWS_PROFILE\`
and reads alone; where none is given it says \`Unable to resolve AWS account\`. In an account without the deployment everything is new.

## Checklist

- [ ] Lambda concurrency: \`objectReservation\` for the object calls of each cell, so that builds cannot starve heartbeats; \`taskConcurrency\` and
      \`objectConcurrency\` bound what a backlog takes ([configuration](configuration.md)); a cell in an account
      of its own takes nothing of this one's ([operations](operations.md), "In another account")
- [ ] quotas above raised for the rate you promise
- [ ] a subscription on the topic \`<deployment>-alarms\`
- [ ] CloudTrail on, with data events for the message bucket if your rules ask for it
- [ ] the operator's role registered: \`conductor principal add --role NAME --as operator\`
- [ ] one role per host (or an instance profile), none of them with rights on tables
- [ ] termination protection on for the stacks \`<deployment>-state-…\`, as deployed: they hold tables, queues and keys
- [ ] backups: point-in-time recovery is on for every table; try a restore once ([operations](operations.md#restoring-a-table))
`;
}

/** A key of an index without what differs from world to world. */
const keyText = (key: string): string =>
  `\`${key.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/gu, 'UUID').replaceAll(/\d+$/gu, 'N')}\``;
