import { describe, expect, test } from 'vitest';
import { newObject } from '#wire/wire';
import { BuildWorld, type BuildWorldOptions } from '../fixtures/build-world.ts';

/** Requests to the tables between a message and its last cast, and what the workflows did until then. */
async function counted(servers: number, options: BuildWorldOptions = {}) {
  const requests: string[] = [];
  let counting = false;
  const hosts = Array.from({ length: 2 }, (_, at) => ({
    host: `host${at + 1}`,
    cell: 'cell1',
    heartbeatSeconds: 0,
    capacity: { vcpus: 640, memoryMb: 1_310_720, diskGb: 20_000 },
    // Whatever a host does comes after the cast.
    behaviour: () => ({ die: 'after-read' }) as const,
  }));
  const world = await BuildWorld.boot({
    hosts,
    config: { quota: { instances: -1, cores: -1, ram: -1 } },
    onRequest: (operation) => {
      if (counting) requests.push(operation);
    },
    ...options,
  });
  // Caches of up to 60 s and blocks of ids are warm: requests went before that touched every host.
  for (const earlier of [100, 1]) {
    await world.publish(world.request(earlier));
    await world.clock.advance(5000);
  }
  const before = new Set((await world.executions()).map(({ executionArn }) => executionArn));
  for (const compute of world.world.fleet.computes)
    if (!compute.alive) await world.clock.runUntil(compute.start(), 60_000);
  counting = true;
  await world.publish(world.request(servers));
  await world.clock.advance(1000);
  counting = false;
  const executions = (await world.executions()).filter(({ executionArn }) => !before.has(executionArn));
  const counters = executions.map(({ executionArn }) => world.world.runner.counters(executionArn));
  return {
    requests,
    transitions: counters.reduce((sum, { stateTransitions }) => sum + stateTransitions, 0),
    // The function behind compute-task is the first.
    invocations: counters.reduce((sum, { lambdaInvocations }) => sum + lambdaInvocations, 1),
  };
}

const tally = (requests: readonly string[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(requests, (each) => each)].map(([name, all]) => [name, all.length]));

describe('the way of one server from its message to its cast', () => {
  test('takes at most 7 requests to the tables', async () => {
    const { requests } = await counted(1);

    expect(tally(requests)).not.toEqual({});
    expect(requests.length).toBeLessThanOrEqual(7);
  });

  test('takes at most 3 invocations of functions, and 3 state transitions until the order', async () => {
    const { transitions, invocations } = await counted(1);

    expect(invocations).toBeLessThanOrEqual(3);
    expect(transitions).toBeLessThanOrEqual(3);
  });

  test('takes no more for each of a hundred, but for the start of its launch', { timeout: 300_000 }, async () => {
    const one = await counted(1);
    const hundred = await counted(100);

    expect(hundred.requests.length / 100).toBeLessThanOrEqual(one.requests.length);
    expect((hundred.transitions - 100) / 100).toBeLessThanOrEqual(one.transitions + 0.04);
    expect(hundred.invocations / 100).toBeLessThanOrEqual(one.invocations);
  });
});

/** Fields that identify a record. */
const KEPT = ['id', 'uuid', 'host'];

describe('a call on the hot path', () => {
  test.each([
    ['Service.save', 'service', 'Service', '1.22', { report_count: 7 }],
    ['Instance.save', 'instance', 'Instance', '2.7', { progress: 7 }],
  ] as const)('%s is one request to the tables', async (_title, sk, name, version, fields) => {
    const requests: string[] = [];
    const world = await BuildWorld.boot({
      onRequest: (operation) => requests.push(operation),
      hosts: [{ host: 'host1', cell: 'cell1', heartbeatSeconds: 0 }],
    });
    const { context } = await world.build();
    const [item] = world.items('cell-cell1').filter((each) => each.sk === sk);
    const value = (field: string) => item?.[field] ?? null;
    const object = newObject(
      name,
      version,
      Object.fromEntries([...KEPT, ...(sk === 'service' ? ['binary'] : [])].map((field) => [field, value(field)])),
    );
    const clean = {
      ...object,
      'nova_object.data': { ...object['nova_object.data'], ...fields },
      'nova_object.changes': Object.keys(fields),
    };
    const call = () => world.client.objectAction({ ...context, is_admin: true }, clean, 'save', {}, { cell: 'cell1' });
    await world.clock.runUntil(call(), 60_000);
    requests.length = 0;
    const again = {
      ...clean,
      'nova_object.data': {
        ...clean['nova_object.data'],
        ...Object.fromEntries(Object.keys(fields).map((field) => [field, 8])),
      },
    };
    await world.clock.runUntil(
      world.client.objectAction({ ...context, is_admin: true }, again, 'save', {}, { cell: 'cell1' }),
      60_000,
    );

    expect(requests).toEqual(['UpdateItem']);
  });
});
