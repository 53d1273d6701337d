import { describe, expect, it, test } from 'vitest';
import { NoValidHost } from '#errors';
import { afterBuild, dies } from '../../fixtures/host-scripts.ts';
import { leftOver } from '../../fixtures/ledger.ts';
import { SCHEDULED, silence } from '../../fixtures/live-moves.ts';
import { MovingWorld } from '../../fixtures/moves.ts';
import type { WorldOptions } from '#local/emulation/world';
import { ExistingServer } from '../../fixtures/existing-server.ts';
import { plainText } from '#wire/reading';
import { BuildWorld } from '../../fixtures/build-world.ts';
import {
  acceptEvacuation,
  EVACUATE,
  evacuatedAgain,
  evacuations,
  migrationOf,
  outputOf,
  rebuild,
  rebuildCast,
  running,
  stranded,
  undecidedFor,
  type Rebuilt,
} from '../../fixtures/rebuilt-server.ts';

/** A step of the rebuild fails with an error that nobody has named. */
const failingAt = (step: string): { readonly around: NonNullable<WorldOptions['around']> } => ({
  around: (run, event, [arn]) =>
    arn.endsWith('-rebuild') && event.step === step ? Promise.reject(new TypeError('x is not a function')) : run(),
});

/** Statuses after which a compute that starts destroys the guest of the server that a migration names. */
const DESTROYS = ['accepted', 'pre-migrating', 'done'];

test('an evacuation waits until it is known that its host is dead', async () => {
  const at = await stranded({ scheduler: afterBuild(() => [['host2']]), ...undecidedFor(3) });

  await rebuild(at, EVACUATE);

  expect(evacuations(at)).toEqual(['done']);
  expect(at.server.item).toMatchObject({ host: 'host2', vm_state: 'active', task_state: null });
  expect(await leftOver(at.world)).toEqual([]);
});

describe('an evacuation that is not carried out', () => {
  it.each([['target-server'], ['choose-host'], ['rebuild-on-host']])(
    'because %s fails with an error of no name leaves the server as it was, its migration in error',
    async (step) => {
      const at = await stranded({ scheduler: afterBuild(() => [['host2']]), ...failingAt(step) });

      await rebuild(at, EVACUATE);

      expect(evacuations(at)).toEqual(['error']);
      expect(at.server.state).toBe('active/null');
      expect(at.server.faults).toHaveLength(1);
      expect(at.server.events(at.context)).toContainEqual(['rebuild_server', 'Error']);
      expect(await leftOver(at.world)).toEqual([]);
    },
  );

  it('because its host lives leaves the server there, though another host is named', async () => {
    const at = await running({ scheduler: () => [['host1']] });

    await rebuild(at, { ...EVACUATE, host: 'host2' });

    expect(at.server.orders('rebuild_instance')).toEqual([]);
    expect(at.server.faults).toEqual([[400, 'Compute service of host1 is still in use.']]);
    expect(at.world.claims(at.server.uuid)).toEqual(['host1']);
  });

  it('because it cannot be known whether its host lives says why, once what is on its way has had the time to be read', async () => {
    const at = await stranded({ scheduler: afterBuild(() => [['host2']]), ...undecidedFor(Infinity) });

    await rebuild(at, EVACUATE);

    expect(evacuations(at)).toEqual(['error']);
    expect(at.server.state).toBe('active/null');
    expect(at.server.faults).toEqual([[400, 'Compute service of host1 may still be in use: messages wait.']]);
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('because its server is mapped to no cell any more leaves its migration in error', async () => {
    const at = await stranded({ scheduler: afterBuild(() => [['host2']]) });
    await at.world.platform.tables.delete('mappings', { pk: `instance#${at.server.uuid}`, sk: 'mapping' });

    await rebuild(at, EVACUATE);

    expect(DESTROYS).not.toContain(evacuations(at)[0]);
  });

  it('because another one is at work ends with event and fault, and leaves that one alone', async () => {
    const { at, again } = await evacuatedAgain();

    await rebuildCast(again, EVACUATE);
    await at.world.clock.advance(60_000);

    expect(evacuations(at)).toEqual(['pre-migrating', 'error']);
    expect(at.server.events(again.context)).toEqual([['rebuild_server', 'Error']]);
    expect(at.server.faults).toHaveLength(1);
    await at.world.end();
    expect(evacuations(at)).toEqual(['done', 'error']);
    expect(at.server.state).toBe('active/null');
  });

  it('for want of a host leaves a server in error whose task has ended before', async () => {
    const at = await stranded({ scheduler: afterBuild(() => new NoValidHost({ reason: '' })) });
    await at.server.change({ task_state: null });

    await rebuild(at, EVACUATE);

    expect(at.server.state).toBe('error/null');
    expect(evacuations(at)).toEqual(['error']);
  });

  it('because its destination dies is not taken for done where an administrator has reset the server', async () => {
    const at = await stranded({
      scheduler: afterBuild(() => [['host2']]),
      behaviour: ({ method }) => dies(method === 'rebuild_instance'),
    });
    await rebuildCast(at, EVACUATE);
    await at.world.clock.advance(5000);
    await at.server.change({ vm_state: 'active', task_state: null });

    await at.world.end();

    expect(at.server.item).toMatchObject({ host: 'host1', vm_state: 'error' });
    expect(evacuations(at)).toEqual(['error']);
    expect(at.server.faults).toHaveLength(1);
  });

  it('because its user deletes the server meanwhile leaves no migration that a compute goes by', async () => {
    const at = await stranded({
      scheduler: afterBuild(() => [['host2']]),
      behaviour: (order) => (order.method === 'rebuild_instance' ? { delay: 60_000 } : 'build'),
    });
    await rebuildCast(at, EVACUATE);
    await at.world.clock.advance(5000);

    const { instance, context } = { instance: at.server.instance, context: at.context };
    const deleting = at.world.client.objectAction(context, instance, 'destroy', {}, { cell: 'cell1' });
    await at.world.clock.runUntil(deleting, 60_000);
    await at.world.end();

    expect(at.server.item['deleted']).toBe(true);
    expect(DESTROYS).not.toContain(evacuations(at)[0]);
    const looking = Promise.all(
      at.world.world.fleet.computes.filter(({ alive }) => alive).map((compute) => compute.audit()),
    );
    await at.world.clock.runUntil(looking, 120_000);
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('because its user deleted the server before it began leaves no migration that a compute goes by', async () => {
    const at = await stranded({ scheduler: afterBuild(() => [['host2']]) });
    const { instance, context } = { instance: at.server.instance, context: at.context };
    await rebuildCast(at, EVACUATE);
    const deleting = at.world.client.objectAction(context, instance, 'destroy', {}, { cell: 'cell1' });
    await at.world.clock.runUntil(deleting, 60_000);

    await at.world.end();

    expect(DESTROYS).not.toContain(evacuations(at)[0]);
  });
});

describe('an evacuation whose server is being moved live', () => {
  it('by a source that has died is carried out once the live migration is given up', async () => {
    const world = await BuildWorld.boot({
      hosts: ['host1', 'host2', 'host3'].map((host) => ({ host, cell: 'cell1' })),
      behaviour: (order) => (order.method === 'live_migration' ? { die: 'before-read' } : 'build'),
    });
    const server = await ExistingServer.build(world);
    const source = plainText(server.item['host']);
    const moving = await MovingWorld.prepare(world, 'migrating', 'live-migration');
    await moving.send(SCHEDULED);
    await world.clock.advance(10_000);
    await silence(moving, source);
    const at: Rebuilt = { world, server, context: await server.begin('evacuate') };
    await server.change({ task_state: 'rebuilding' });
    await acceptEvacuation(at, source);

    await rebuild(at, EVACUATE);

    expect(server.state).toBe('active/null');
    expect(server.item['host']).not.toBe(source);
    expect(evacuations(at)).toEqual(['done']);
    expect(await leftOver(world)).toEqual([]);
  });

  it('by a source that lives is refused once the server has moved, its migration in error', async () => {
    const world = await BuildWorld.boot({
      hosts: ['host1', 'host2', 'host3'].map((host) => ({ host, cell: 'cell1' })),
      behaviour: (order) => (order.method === 'live_migration' ? { delay: 60_000 } : 'build'),
    });
    const server = await ExistingServer.build(world);
    const source = plainText(server.item['host']);
    const moving = await MovingWorld.prepare(world, 'migrating', 'live-migration');
    await moving.send(SCHEDULED);
    await world.clock.advance(10_000);
    const at: Rebuilt = { world, server, context: await server.begin('evacuate') };
    await acceptEvacuation(at, source);

    await rebuild(at, EVACUATE);

    expect(evacuations(at)).toEqual(['error']);
    expect(server.state).toBe('active/null');
    expect(server.events(at.context)).toEqual([['rebuild_server', 'Error']]);
    expect(await leftOver(world)).toEqual([]);
  });
});

describe('an evacuation without a migration', () => {
  it('ends once the server is on its destination', async () => {
    const at = await stranded({ scheduler: afterBuild(() => [['host2']]) });
    await at.world.platform.tables.delete('cell-cell1', {
      pk: `instance#${at.server.uuid}`,
      sk: migrationOf(at)?.sk ?? '',
    });

    await rebuild(at, EVACUATE);

    expect(at.server.state).toBe('active/null');
    expect(at.server.item).toMatchObject({ host: 'host2', 'op:hosts': '|host2|' });
    expect(at.world.claims(at.server.uuid)).toEqual(['host2']);
    expect(await outputOf(at)).toMatchObject({ outcome: 'done', host: 'host2' });
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('that its destination cannot carry out ends in error', async () => {
    const at = await stranded({
      scheduler: afterBuild(() => [['host2']]),
      behaviour: (order) => (order.method === 'rebuild_instance' ? { fail: 'no disk' } : 'build'),
    });
    await at.world.platform.tables.delete('cell-cell1', {
      pk: `instance#${at.server.uuid}`,
      sk: migrationOf(at)?.sk ?? '',
    });

    await rebuild(at, EVACUATE);

    expect(at.server.state).toBe('error/null');
    expect(at.world.claims(at.server.uuid)).toEqual(['host1']);
    expect(await leftOver(at.world)).toEqual([]);
  });
});

describe('a rebuild that is not carried out', () => {
  it('because its first step fails with an error of no name ends its task, with event and fault', async () => {
    const at = await running({ scheduler: () => [['host1']], ...failingAt('target-server') });

    await rebuild(at, { host: 'host1' });

    expect(at.server.state).toBe('active/null');
    expect(at.server.events(at.context)).toContainEqual(['rebuild_server', 'Error']);
    expect(at.server.faults).toHaveLength(1);
  });
});
