import { describe, expect, it } from 'vitest';
import { InstanceInvalidState } from '#errors';
import { Migration } from '#objects/migration/migration';
import { swapAllocations } from '#operations/allocation-swap';
import { GIVEN_UP, giveUpMove, giveUpUnlessSettled } from '#operations/give-up-move';
import type { Attributes } from '#ports/tables';
import { givenUpHosts } from '#records/items/given-up';
import { instanceItem } from '#records/items/instance';
import { migrationItem } from '#records/items/migration';
import { createMigration } from '#records/methods/migration';
import { HOSTS, hostsAttribute, hostsOf, operationNames, operationState } from '#records/operation';
import { CELLS } from '../fixtures/build-world.ts';
import { coldWorld } from '../fixtures/moves.ts';

const [cell] = CELLS;
const NAMES = operationNames('cold-migrate');
const MOVE = { migration: 'a0f0c1f2-0000-4000-8000-000000000001', sourceHost: 'host1' };
const OTHER = 'a0f0c1f2-0000-4000-8000-000000000002';

/** A server on host1 whose move to host2 was ordered by an execution; another migration of it is going on as well. */
async function ordered(changes: Attributes = {}) {
  const moving = await coldWorld();
  for (const uuid of [MOVE.migration, OTHER])
    await createMigration(
      { ...moving.of.services, context: moving.context, cell },
      Migration.make({
        uuid,
        instance_uuid: moving.uuid,
        migration_type: 'migration',
        source_compute: 'host1',
        dest_compute: 'host2',
        status: 'migrating',
      }),
    );
  const order = { [NAMES.owner]: 'e1', [NAMES.attempt]: 1, [NAMES.orderedAt]: moving.of.clock.now() };
  await moving.change({ ...order, [HOSTS]: hostsAttribute('host1', 'host2'), ...changes });
  const owner = { operation: 'cold-migrate', cell, uuid: moving.uuid, execution: 'e1' } as const;
  const { context, of } = moving;
  const statuses = () => moving.migrations.map((item) => [migrationItem(item).uuid, migrationItem(item).status]);
  return {
    moving,
    statuses,
    giveUp: () => giveUpMove(of.services, owner, context, { ...MOVE, status: 'error' }),
    unlessSettled: () => giveUpUnlessSettled(of.services, owner, context, { ...MOVE, destination: 'host2' }),
  };
}

describe('a move that is given up', () => {
  it('leaves its server to the host that has it: the other one writes it no more, and that is noted', async () => {
    const { moving, giveUp } = await ordered();

    await giveUp();

    expect(hostsOf(moving.item)).toEqual(['host1']);
    expect(givenUpHosts(moving.item)).toMatchObject([{ host: 'host2', operation: 'cold-migrate' }]);
  });

  it('leaves a server that is on its destination by now to the destination', async () => {
    const { moving, giveUp } = await ordered({ host: 'host2' });

    await giveUp();

    expect(hostsOf(moving.item)).toEqual(['host2']);
    expect(givenUpHosts(moving.item)).toMatchObject([{ host: 'host1' }]);
  });

  it('has no order any more: a repeat gives it up again, whatever the record looks like since', async () => {
    const { moving, unlessSettled } = await ordered({ task_state: 'resize_migrated' });
    const first = await unlessSettled();
    const orderedAt = operationState(moving.item, 'cold-migrate').orderedAt;
    await moving.change({ task_state: null, vm_state: 'error' });

    const again = await unlessSettled();

    expect(orderedAt).toBeNull();
    expect([first, again]).toEqual([GIVEN_UP, GIVEN_UP]);
  });

  it('that its hosts have settled by now is left to them', async () => {
    const { moving, unlessSettled } = await ordered({ task_state: null, vm_state: 'resized' });
    const before = moving.item;

    const outcome = await unlessSettled();

    expect(outcome).toBe('done');
    expect(moving.item).toEqual(before);
  });

  it('has ended where its server has arrived since the hosts were looked at', async () => {
    const { moving, statuses, unlessSettled } = await ordered({ host: 'host2', task_state: null });

    const outcome = await unlessSettled();

    expect(outcome).toBe('done');
    expect(hostsOf(moving.item)).toEqual(['host2']);
    expect(statuses()).toEqual([
      [MOVE.migration, 'completed'],
      [OTHER, 'migrating'],
    ]);
  });

  it('ends its own migration in error, and no other one of its server', async () => {
    const { statuses, giveUp } = await ordered();

    await giveUp();

    expect(statuses()).toEqual([
      [MOVE.migration, 'error'],
      [OTHER, 'migrating'],
    ]);
  });

  it('is given up where its order is not known any more, however settled its server looks', async () => {
    const { moving, statuses, unlessSettled } = await ordered({
      [NAMES.orderedAt]: null,
      task_state: null,
      vm_state: 'resized',
    });

    const outcome = await unlessSettled();

    expect(outcome).toBe(GIVEN_UP);
    expect(hostsOf(moving.item)).toEqual(['host1']);
    expect(statuses()).toContainEqual([MOVE.migration, 'error']);
  });

  it('gives the server back what it holds on its host', async () => {
    const { moving, giveUp } = await ordered();
    const before = await moving.allocations();
    await swapAllocations(moving.of.services, {
      cell,
      context: moving.context,
      instance: instanceItem(moving.item),
      migration: MOVE.migration,
    });
    const meanwhile = [await moving.allocations(), await moving.allocations(MOVE.migration)];

    await giveUp();

    expect(meanwhile).toEqual([{}, before]);
    expect([await moving.allocations(), await moving.allocations(MOVE.migration)]).toEqual([before, {}]);
  });

  it.each([
    ['as it goes on', { task_state: null }],
    ['and looks settled', { task_state: null, vm_state: 'resized' }],
  ])("is another execution's by now, %s: nothing of it is touched", async (_title, changes) => {
    const { moving, statuses, unlessSettled } = await ordered({ [NAMES.owner]: 'e2', ...changes });
    const before = moving.item;

    await expect(unlessSettled()).rejects.toBeInstanceOf(InstanceInvalidState);

    expect(moving.item).toEqual(before);
    expect(statuses()).toContainEqual([MOVE.migration, 'migrating']);
  });

  it('of a server that its user has had offloaded takes it from the source, on which it is not any more', async () => {
    const { moving, giveUp } = await ordered({ host: null, vm_state: 'shelved_offloaded' });

    await giveUp();

    expect(hostsOf(moving.item)).not.toContain('host1');
    expect(givenUpHosts(moving.item)).toMatchObject([{ host: 'host1' }]);
  });
});
