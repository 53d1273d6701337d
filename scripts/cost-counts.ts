import { BuildWorld } from '../test/fixtures/build-world.ts';

/** What was counted for a number of things done. */
export interface Counts {
  readonly reads: number;
  readonly writes: number;
  readonly transactions: number;
  readonly invocations: number;
  readonly transitions: number;
  readonly messages: number;
  readonly logLines: number;
}

const READS = new Set(['GetItem', 'BatchGetItem', 'Query']);
const HOSTS = ['host1', 'host2', 'host3'].map((host) => ({ host, cell: 'cell1', heartbeatSeconds: 0 }));

/** Counts the building of so many servers, a request each, on hosts that say nothing besides. */
export async function countBuilds(servers: number): Promise<Counts> {
  const requests = new Map<string, number>();
  const note = (operation: string): void => void requests.set(operation, (requests.get(operation) ?? 0) + 1);
  const world = await BuildWorld.boot({ hosts: HOSTS, onRequest: note });
  await world.build(); // what is read once and remembered is paid for by the first
  const before = await snapshot(world, requests);
  for (let built = 0; built < servers; built += 1) await world.build();
  return difference(await snapshot(world, requests), before);
}

/** Counts what one host costs in so many seconds by its heartbeats alone. */
export async function countHeartbeats(seconds: number): Promise<Counts> {
  const requests = new Map<string, number>();
  const note = (operation: string): void => void requests.set(operation, (requests.get(operation) ?? 0) + 1);
  const world = await BuildWorld.boot({
    hosts: [{ host: 'host1', cell: 'cell1', heartbeatSeconds: 10 }],
    onRequest: note,
  });
  const before = await snapshot(world, requests);
  await world.clock.advance(seconds * 1000);
  return difference(await snapshot(world, requests), before);
}

async function snapshot(world: BuildWorld, requests: ReadonlyMap<string, number>): Promise<Counts> {
  const sum = (wanted: (operation: string) => boolean): number =>
    [...requests].reduce((total, [operation, count]) => total + (wanted(operation) ? count : 0), 0);
  const executions = await world.executions();
  const counters = executions.map(({ executionArn }) => world.world.runner.counters(executionArn));
  const { log } = world.platform;
  const calls = log.measured.filter(({ metric }) => metric === 'latency');
  return {
    reads: sum((operation) => READS.has(operation)),
    writes: sum((operation) => !READS.has(operation) && operation !== 'TransactWriteItems'),
    transactions: sum((operation) => operation === 'TransactWriteItems'),
    invocations: counters.reduce((total, { lambdaInvocations }) => total + lambdaInvocations, 0) + calls.length,
    transitions: counters.reduce((total, { stateTransitions }) => total + stateTransitions, 0),
    messages: calls.reduce((total, { values }) => total + values.length, 0),
    logLines: log.lines.length + log.measured.length,
  };
}

const difference = (after: Counts, before: Counts): Counts => ({
  reads: after.reads - before.reads,
  writes: after.writes - before.writes,
  transactions: after.transactions - before.transactions,
  invocations: after.invocations - before.invocations,
  transitions: after.transitions - before.transitions,
  messages: after.messages - before.messages,
  logLines: after.logLines - before.logLines,
});
