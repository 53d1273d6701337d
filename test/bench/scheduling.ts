import { MemoryTables } from '#adapters/memory/tables';
import type { Tables } from '#ports/tables';
import { FilterScheduler } from '#scheduler/manager';
import { equalHosts, makeFleet, NOW, seededRandom } from '../fixtures/fleet.ts';
import { destinationRequest } from '../fixtures/request-spec.ts';
import { costOf, median, RequestCounter, type Cost } from './measure.ts';
import type { Cell, Report } from './report.ts';
import { emulatedTables } from './worlds.ts';

const RUNS = 50;
const WARM = 50;
const SIZES = { memory: [100, 1000, 10_000], emulator: [100, 1000] };

/** One server among many hosts: the number of hosts changes neither requests nor time. */
export async function scheduling(say: (text: string) => void): Promise<Report> {
  const rows: Cell[][] = [];
  for (const hosts of SIZES.memory) {
    say(`${hosts} hosts, memory`);
    const counter = new RequestCounter();
    rows.push(['memory', hosts, ...(await measured(new MemoryTables(counter), counter, hosts))]);
  }
  for (const hosts of SIZES.emulator) {
    say(`${hosts} hosts, DynamoDB emulator`);
    const counter = new RequestCounter();
    const { tables, stop } = await emulatedTables(counter.onRequest);
    rows.push(['DynamoDB emulator', hosts, ...(await measured(tables, counter, hosts))]);
    await stop();
  }
  const title = 'Scheduling one server with two alternates, claim included';
  return { part: 'scheduling', missed: unequal(rows), tables: [{ title, columns: COLUMNS, rows, notes: NOTES }] };
}

const COLUMNS = ['tables', 'hosts', 'requests', 'requests of the first', 'CPU ms', 'wall ms'];

const NOTES = ['Equal hosts; the middle of 50. The first request of a scheduler reads cells and services as well.'];

async function measured(tables: Tables, counter: RequestCounter, hosts: number): Promise<Cell[]> {
  await makeFleet(tables, equalHosts(hosts));
  const scheduler = new FilterScheduler({ tables, clock: { now: () => NOW }, random: seededRandom(1), settings: {} });
  let at = 0;
  const select = () => {
    at += 1;
    return scheduler.selectDestinations(destinationRequest({ alternates: true, instanceUuids: [`instance-${at}`] }));
  };
  counter.take();
  await select();
  const first = counter.take();
  for (let run = 1; run < WARM; run++) await select();
  counter.take();
  const costs: Cost[] = [];
  for (let run = 0; run < RUNS; run++) costs.push(await costOf(select));
  const requests = counter.take() / RUNS;
  return [requests, first, median(costs.map(({ cpuMs }) => cpuMs)), median(costs.map(({ wallMs }) => wallMs))];
}

/** Requests may not depend on the number of hosts. */
const unequal = (rows: readonly Cell[][]): string[] => {
  const requests = new Set(rows.map((row) => row[2]));
  return requests.size === 1 ? [] : [`scheduling takes ${[...requests].join(' or ')} requests, depending on the hosts`];
};
