import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { countBuilds, countHeartbeats } from './cost-counts.ts';
import { buildLines, hostLines, table, type PriceList } from './cost-page.ts';
import { settlePage } from './generated-files.ts';

const PAGE = fileURLToPath(new URL('../docs/cost.md', import.meta.url));
const PRICES = fileURLToPath(new URL('../docs/prices.json', import.meta.url));
const BUILT = 20;
const WATCHED_SECONDS = 600;

const list: PriceList = JSON.parse(readFileSync(PRICES, 'utf8'));
const builds = buildLines(await countBuilds(BUILT), BUILT, list);
const hosts = hostLines(await countHeartbeats(WATCHED_SECONDS), WATCHED_SECONDS, list);
const assumptions = Object.entries(list.assumptions).map(([name, value]) => `| ${name} | ${value} |`);

const page = `# What it costs

Written by \`npm run cost\` from requests that are counted and prices of [prices.json](prices.json) (${list.region}, ${list.date});
change those, not this page. ${list.note}

Requests, transitions and invocations are counted in a run of the real functions and state machines in memory: ${BUILT} servers, a
request each, built without incident by hosts whose object calls are counted in; and one host's heartbeats over ${WATCHED_SECONDS} s. How many
units a request takes, and how long a function runs, are assumptions that depend on your servers:

| assumption | value |
| --- | ---: |
${assumptions.join('\n')}

## 1,000 builds

${table(builds, list).join('\n')}

## 1,000 hosts for a month

Heartbeats every ten seconds, and the questions that computes ask periodically.

${table(hosts, list).join('\n')}

Halving the rate of heartbeats (\`report_interval\`) halves all but the last lines; keep \`service_down_time\` at six times of it.

## What is there all the time

Two keys (2 dollars), one dashboard (3 dollars), some eighty alarms (0.10 dollars each), the metrics by method and outcome (0.30 dollars
each), point-in-time recovery and storage by the gigabyte. A deployment without servers and hosts costs no more than that.
`;

settlePage(PAGE, page, 'npm run cost');
