import { describe, expect, test } from 'vitest';
import type { Behaviour } from '#local/fleet/behaviour';
import type { JsonMap } from '#ports/json';
import { instanceOf } from '#records/instance-item';
import { plainText } from '#wire/reading';
import { leftOver } from '../fixtures/ledger.ts';
import { coldWorld, type MovingWorld } from '../fixtures/moves.ts';

const LARGER = { flavor: { id: 2, name: 'm1.small', memory_mb: 2048, root_gb: 20 } };

/** Destinations take ten seconds to find out that they are full. */
const fullAfterAWhile =
  (...hosts: readonly string[]): Behaviour =>
  ({ method, host }) =>
    method === 'prep_resize' && hosts.includes(host) ? { delay: 10_000, next: { fail: 'it is full' } } : 'build';

/** What Nova's API saves of the server, and then orders its host. */
async function ask(moving: MovingWorld, action: string, fields: JsonMap, method: string): Promise<void> {
  const { of, uuid } = moving;
  const asking = moving.again(`req-${action}`);
  const saving = asking.client.objectAction(
    asking.context,
    {
      ...moving.instance,
      'nova_object.changes': Object.keys(fields),
      'nova_object.data': { ...moving.instance['nova_object.data'], ...fields },
    },
    'save',
    {},
    { cell: 'cell1' },
  );
  await of.clock.runUntil(saving, 30_000);
  await asking.begin(action);
  const { host } = moving.item;
  await of.services.compute.cast({
    cell: 'cell1',
    host: plainText(host),
    method,
    version: '6.0',
    args: { instance: instanceOf(of.server(uuid).item, ['metadata', 'system_metadata']).toPrimitive() },
    context: asking.context,
    uniqueId: `order-${action}`,
  });
  await of.clock.advance(1000);
}

const softDelete = (moving: MovingWorld): Promise<void> =>
  ask(moving, 'delete', { task_state: 'soft-deleting', deleted_at: '2026-11-22T12:01:00Z' }, 'soft_delete_instance');

const restore = (moving: MovingWorld): Promise<void> =>
  ask(moving, 'restore', { task_state: 'restoring', deleted_at: null }, 'restore_instance');

/** A resize whose destination is busy while its user asks for something else. */
async function resizing(...full: readonly string[]): Promise<MovingWorld> {
  const moving = await coldWorld({ behaviour: fullAfterAWhile(...full) });
  await moving.send(LARGER);
  await moving.of.clock.advance(4000);
  return moving;
}

describe('a server that its user soft-deletes while its resize is given back', () => {
  test.each([
    ['by every destination', ['host2', 'host3']],
    ['by the first destination', ['host2']],
  ])('%s stays soft-deleted, without a task', async (_title, full) => {
    const moving = await resizing(...full);

    await softDelete(moving);
    await moving.of.end();

    expect(moving.state).toBe('soft-delete/null');
    expect(moving.migrations.map(({ status }) => status)).toEqual(['error']);
    expect(moving.held()).toEqual(['host1']);
    expect(await leftOver(moving.of)).toEqual([]);
  });

  test('and restores before that is an active server, which is not being deleted', async () => {
    const moving = await resizing('host2', 'host3');

    await softDelete(moving);
    await restore(moving);
    await moving.of.end();

    expect(moving.state).toBe('active/null');
    expect(await leftOver(moving.of)).toEqual([]);
  });
});
