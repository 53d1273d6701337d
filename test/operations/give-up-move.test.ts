import { describe, expect, it } from 'vitest';
import { GIVEN_UP, giveUpMove, giveUpUnlessSettled } from '#operations/give-up-move';
import type { Attributes } from '#ports/tables';
import { givenUpHosts } from '#records/items/given-up';
import { HOSTS, hostsAttribute, hostsOf, operationNames, operationState } from '#records/operation';
import { CELLS } from '../fixtures/build-world.ts';
import { coldWorld } from '../fixtures/moves.ts';

const [cell] = CELLS;
const NAMES = operationNames('cold-migrate');
const MOVE = { migration: 'none', sourceHost: 'host1' };

/** A server on host1 whose move to host2 was ordered by an execution. */
async function ordered(changes: Attributes = {}) {
  const moving = await coldWorld();
  const order = { [NAMES.owner]: 'e1', [NAMES.attempt]: 1, [NAMES.orderedAt]: moving.of.clock.now() };
  await moving.change({ ...order, [HOSTS]: hostsAttribute('host1', 'host2'), ...changes });
  const owner = { operation: 'cold-migrate', cell, uuid: moving.uuid, execution: 'e1' } as const;
  const { context, of } = moving;
  return {
    moving,
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
    const { moving, unlessSettled } = await ordered({ host: 'host2', task_state: null });

    const outcome = await unlessSettled();

    expect(outcome).toBe('done');
    expect(hostsOf(moving.item)).toEqual(['host2']);
  });
});
