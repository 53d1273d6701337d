import { expect, test } from 'vitest';
import { coldWorld, liveWorld } from '../fixtures/moves.ts';
import { rebuildCast, running } from '../fixtures/rebuilt-server.ts';
import { shelved } from '../fixtures/shelved-server.ts';

const FILES = Array.from({ length: 5 }, (_, at) => [`/file${at}`, 'x'.repeat(65_000)]);

test('a rebuild that brings more files than can be kept ends with a fault, and the server can be asked for again', async () => {
  const at = await running();

  await rebuildCast(at, { injected_files: FILES });
  await at.world.end();

  expect(at.server.state).toBe('active/null');
  expect(at.server.faults).toEqual([[500, expect.stringContaining('more than the 290000')]]);
});

test('an unshelving with an argument that nobody knows ends with a fault, and the server stays shelved', async () => {
  const { world, server, context } = await shelved({ offloaded: true });

  const args = { instance: server.instance, request_spec: null, colour: 'red' };
  await world.client.cast('unshelve_instance', '1.14', args, context);
  await world.end();

  expect(server.state).toBe('shelved_offloaded/null');
  expect(server.faults).toEqual([[500, expect.stringContaining('colour')]]);
});

test.each([
  ['cold', coldWorld, false],
  ['live', liveWorld, true],
] as const)(
  'a %s migration with an argument that nobody knows ends with a fault, and the server goes on',
  async (_kind, boot, live) => {
    const moving = await boot();

    const args = { ...moving.arguments({ live, flavor: live ? null : {} }), reservations: null, colour: 'red' };
    await moving.of.client.cast('migrate_server', '1.20', args, moving.context);
    await moving.of.end();

    expect(moving.state).toBe('active/null');
    expect(moving.faultRecords).toMatchObject([{ message: expect.stringContaining('colour') }]);
  },
);

test('an argument that is refused is not told with its value, which may be a secret', async () => {
  const at = await running();

  await rebuildCast(at, { recreate: 'hunter2' });
  await at.world.end();

  expect(at.server.faults).toEqual([[500, expect.stringContaining('recreate')]]);
  const letters = at.world.platform.queues.messages('compute-task-dlq').map(({ attributes }) => attributes);
  const told = JSON.stringify([at.server.faults, letters, await at.world.executions('rebuild')]);
  expect(told).not.toContain('hunter2');
});
