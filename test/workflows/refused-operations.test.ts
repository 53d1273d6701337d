import { expect, test } from 'vitest';
import { RpcCaller } from '#client/rpc-caller';
import type { JsonMap } from '#ports/json';
import { fieldsOf } from '#wire/reading';
import { newObject } from '#wire/wire';
import { coldWorld, liveWorld } from '../fixtures/moves.ts';
import { resized } from '../fixtures/resized-across-cells.ts';
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

test.each([
  ['cold', coldWorld, false],
  ['live', liveWorld, true],
] as const)(
  'a %s migration that is called for with an argument that nobody knows is answered, and the server has no task any more',
  async (_kind, boot, live) => {
    const at = await boot();
    const { of } = at;
    const caller = new RpcCaller({ bus: of.world.bus, clock: of.clock, ids: of.services.ids });

    const args = { ...at.arguments({ live, flavor: live ? null : {} }), reservations: null, colour: 'red' };
    const message = { queue: 'compute-task', namespace: 'compute_task', method: 'migrate_server', version: '1.20' };
    const answer = caller.call({ ...message, args, context: at.context }).catch((error: unknown) => error);
    await of.clock.runUntil(answer, 60_000);
    await of.end();

    expect(String(await answer)).toContain('colour');
    expect(at.state).toBe('active/null');
    expect(at.faultRecords).toMatchObject([{ message: expect.stringContaining('colour') }]);
  },
);

test.each([
  ['confirm_snapshot_based_resize', '1.22', 'confirming', null],
  ['revert_snapshot_based_resize', '1.23', 'reverting', 'resize_reverting'],
])(
  '%s with an argument that nobody knows leaves the resize to be answered again',
  async (method, version, status, task) => {
    const at = await resized();
    const asked = { status, action: 'confirmResize', task, request: 'req-odd' };
    const { args, context } = await at.answering(method, asked);

    await at.moving.client.cast(method, version, { ...args, colour: 'red' }, context);
    await at.moving.of.end();

    expect(at.copies().find(({ hidden }) => !hidden)).toMatchObject({ cell: 'cell2', state: 'resized/null' });
    expect(at.migrations().map(([cell, now]) => [cell, now])).toContainEqual(['cell2', 'finished']);
  },
);

test('a request that is refused in more words than an execution takes ends with the beginning of them', async () => {
  const { world, server, context } = await shelved({ offloaded: true });

  const args = { instance: server.instance, request_spec: null, ['x'.repeat(300_000)]: 'red' };
  await world.client.cast('unshelve_instance', '1.14', args, context);
  await world.end();

  expect(server.state).toBe('shelved_offloaded/null');
  expect(server.faults).toEqual([[500, expect.stringContaining('xxxx')]]);
});

test('an argument that is refused is reported without its value, which may be a secret', async () => {
  const at = await running();

  await rebuildCast(at, { recreate: 'hunter2' });
  await at.world.end();

  expect(at.server.faults).toEqual([[500, expect.stringContaining('recreate')]]);
  const letters = at.world.platform.queues.messages('compute-task-dlq').map(({ attributes }) => attributes);
  const recorded = JSON.stringify([at.server.faults, letters, await at.world.executions('rebuild')]);
  expect(recorded).not.toContain('hunter2');
});

test.each<[string, JsonMap]>([
  ['no instance', { instance: null }],
  ['an instance without a uuid', { instance: newObject('Instance', '2.7', { uuid: null }) }],
])('a request with %s, whose spec names the server, ends with a fault', async (_title, changes) => {
  const at = await running();
  const { world, server, context } = await shelved({ offloaded: true });

  await rebuildCast(at, changes);
  await at.world.end();
  const request_spec = await server.spec({});
  await world.client.cast('unshelve_instance', '1.14', { instance: null, request_spec, ...changes }, context);
  await world.end();

  expect([at.server.state, server.state]).toEqual(['active/null', 'shelved_offloaded/null']);
  for (const { faults } of [at.server, server])
    expect(faults).toEqual([[500, expect.stringMatching(/instance|uuid/u)]]);
});

test('a rebuild without an instance and without a spec ends with a fault where its block devices name the server', async () => {
  const at = await running();

  const bdms = newObject('BlockDeviceMappingList', '1.18', {
    objects: [newObject('BlockDeviceMapping', '1.21', { instance_uuid: at.server.uuid })],
  });
  await rebuildCast(at, { instance: null, bdms }, null);
  await at.world.end();

  expect(at.server.state).toBe('active/null');
  expect(at.server.faults).toEqual([[500, expect.stringContaining('instance')]]);
});

test('a revert without an instance leaves the resize to be answered again where no more than the uuid of its migration is named', async () => {
  const at = await resized();
  const asked = { status: 'reverting', action: 'revertResize', task: 'resize_reverting', request: 'req-odd' };
  const { args, context } = await at.answering('revert_snapshot_based_resize', asked);
  const { uuid = null } = fieldsOf(args['migration']);

  const migration = newObject('Migration', '1.7', { uuid });
  await at.moving.client.cast('revert_snapshot_based_resize', '1.23', { instance: null, migration }, context);
  await at.moving.of.end();

  expect(at.copies().find(({ hidden }) => !hidden)).toMatchObject({ cell: 'cell2', state: 'resized/null' });
  expect(at.migrations().map(([cell, now]) => [cell, now])).toContainEqual(['cell2', 'finished']);
});

test('a request that nothing names a server of is put aside with the reason', async () => {
  const at = await running();

  await rebuildCast(at, { instance: null }, null);
  await at.world.end();

  expect(at.world.platform.queues.messages('compute-task-dlq')).toMatchObject([
    { attributes: { reason: expect.stringContaining('instance') } },
  ]);
  expect(await at.world.executions('rebuild')).toEqual([]);
});

test.each([
  ['cold', coldWorld, false],
  ['live', liveWorld, true],
] as const)(
  'a %s migration that does not say whether it is live ends with a fault, and the server goes on',
  async (_kind, boot, live) => {
    const moving = await boot();

    const args = { ...moving.arguments({ live, flavor: live ? null : {} }), reservations: null, live: null };
    await moving.of.client.cast('migrate_server', '1.20', args, moving.context);
    await moving.of.end();

    expect(moving.state).toBe('active/null');
    expect(moving.faultRecords).toMatchObject([{ message: expect.stringContaining('live') }]);
  },
);
