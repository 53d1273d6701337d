import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DATA_KEY_SECONDS } from '#ports/conductor-queue';
import { SERVERS_ON_HOST } from '../test/meter/calls.ts';
import { latencyLogBytes } from '../test/meter/latency-log.ts';
import { WATCHED_SECONDS } from '../test/meter/operations.ts';
import { accountPage } from './account-page.ts';
import { countAll } from './cost-counts.ts';
import {
  buildLines,
  callsAMinute,
  consumptionTable,
  directHostLines,
  hostLines,
  show,
  table,
  type PriceList,
  type Fleet,
} from './cost-page.ts';
import { settlePage } from './generated-files.ts';

const file = (name: string): string => fileURLToPath(new URL(`../docs/${name}`, import.meta.url));
const [HOSTS, BUILDS] = [1000, 1000] as const;

const list: PriceList = JSON.parse(readFileSync(file('prices.json'), 'utf8'));
const counts = await countAll();
const { operations, saves, hosts, direct, directBuild } = counts;
const build = counts.operations[0]?.[1];
if (build === undefined) throw new Error('no build was counted');

const callsASecond = (callsAMinute(hosts) * HOSTS) / 60;
const environments = Math.max(1, Math.ceil(callsASecond * (list.assumptions['lambdaSecondsOfCall'] ?? 0)));
const fleet: Fleet = {
  hosts: HOSTS,
  dataKeySeconds: DATA_KEY_SECONDS,
  environments,
  logBytesAMinute: latencyLogBytes(Math.round(callsASecond), environments),
};
const heartbeat = Object.fromEntries(
  Object.entries(hosts.heartbeats).map(([name, amount]) => [name, (amount * 10) / WATCHED_SECONDS]),
);
const assumptions = Object.entries(list.assumptions).map(([name, value]) => `| ${name} | ${value} |`);
const { natGatewayHours, natGigabytes } = list.prices;
if (natGatewayHours === undefined || natGigabytes === undefined)
  throw new Error('docs/prices.json has no price of NAT');

const page = `# What it costs

Written by \`npm run cost\` from what is counted and prices of [prices.json](prices.json) (${list.region}, ${list.date});
change those, not this page. ${list.note}

Everything is counted in a run of the real functions and state machines in memory (\`test/meter/\`), by the rules of AWS: units of items and
of each index, transactions twice, requests of publishers and hosts. Where the emulator of DynamoDB says what a request took, the same
calls are made of it, and both must agree (\`test/meter/emulator.test.ts\`); \`test/meter/budgets.test.ts\` holds the figures. How long a function runs depends on your
servers, so it is assumed:

| assumption | value |
| --- | ---: |
${assumptions.join('\n')}

## What each thing takes

To its end, with the calls of publishers and hosts. The host has ${SERVERS_ON_HOST} servers. A heartbeat is the mean of ${WATCHED_SECONDS} s, the cell's pulses among
it.

${consumptionTable([
  ...operations,
  ['Service.save (heartbeat)', { ...hosts.heartbeats, ...heartbeat }],
  ...saves.map(({ name, consumed }): readonly [string, typeof consumed] => [name, consumed]),
  ...hosts.periodic.map(({ name, aMinute, consumed }): readonly [string, typeof consumed] => [
    `${name}, ${show(aMinute)} times a minute`,
    consumed,
  ]),
]).join('\n')}

## ${show(BUILDS)} builds

${table(buildLines(BUILDS, build, list), list).join('\n')}

Where hosts make direct calls:

${table(buildLines(BUILDS, directBuild, list), list).join('\n')}

## ${show(HOSTS)} hosts for a month

Heartbeats every ten seconds, and what the periodic tasks of a nova-compute ask and say (\`test/meter/calls.ts\`), each call in an invocation of its own.

${table(hostLines(hosts, fleet, list), list).join('\n')}

### With direct calls

The same hosts where calls are posted to the function URL of their cell (\`directCalls\`, [ADR 30](adr/0030-direct-calls.md)): no request to SQS and no data key for them. An
invocation is assumed to last as long.

${table(directHostLines(direct, fleet, list), list).join('\n')}

Halving the rate of heartbeats (\`report_interval\`) halves their part; keep \`service_down_time\` at six times of it.

## What is there all the time

Two keys (2 dollars), one dashboard (3 dollars), some eighty alarms (0.10 dollars each), the metrics by method and outcome (0.30 dollars
each), point-in-time recovery and storage by the gigabyte. A deployment without servers and hosts costs no more than that.

Where functions reach a cloud from subnets of a VPC (\`openstackSubnets\`), its NAT gateways are yours: ${(natGatewayHours.dollars * 720).toFixed(2)} dollars a month
each and ${natGigabytes.dollars} dollars a gigabyte, for what the functions say to all of AWS unless the VPC has endpoints.
`;

settlePage(file('cost.md'), page, 'npm run cost');
settlePage(file('accounts.md'), accountPage(counts, HOSTS, callsASecond), 'npm run cost');
