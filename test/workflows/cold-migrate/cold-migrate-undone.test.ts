import { expect, test } from 'vitest';
import type { Behaviour } from '#local/fleet/behaviour';
import { instanceKey } from '#records/keys';
import { fieldsOf } from '#wire/reading';
import { coldWorld, type MovingWorld } from '../../fixtures/moves.ts';

const LARGER = { id: 2, name: 'm1.small', memory_mb: 2048, root_gb: 20 };

const at =
  (method: string, host: string, kind: ReturnType<Behaviour>): Behaviour =>
  (order) =>
    order.method === method && order.host === host ? kind : 'build';

const broken = () => Promise.reject(new TypeError('x is not a function'));

test('a resize whose second order cannot be given leaves the request spec as it was', async () => {
  let orders = 0;
  const moving = await coldWorld({
    behaviour: at('prep_resize', 'host2', { fail: 'it is full' }),
    around: (run, { step, state }) =>
      step === 'order-resize' && 'host' in Object(state) && (orders += 1) > 1 ? broken() : run(),
  });

  await moving.move({ flavor: LARGER });

  expect(fieldsOf(moving.storedSpec['flavor'])['id']).toBe(1);
  expect([moving.state, moving.held()]).toEqual(['active/null', ['host1']]);
});

test('a resize whose source dies half-way leaves the request spec with the flavor that the server has', async () => {
  const moving = await coldWorld({ behaviour: at('resize_instance', 'host1', { die: 'mid-build' }) });

  await moving.move({ flavor: LARGER });

  expect(moving.state).toBe('error/null');
  expect(fieldsOf(moving.storedSpec['flavor'])['id']).toBe(1);
});

test('a resize whose destination goes on at the last moment is waited for', async () => {
  let looked = 0;
  const moving = await coldWorld({
    scheduler: () => [['host2', 'host3']],
    behaviour: at('prep_resize', 'host2', { die: 'after-claim' }),
    around: async (run, { step }) => {
      if (step === 'claim-alternate' && (looked += 1) === 1) await moving.change({ task_state: 'resize_migrating' });
      return run();
    },
  });

  await moving.move({ flavor: LARGER });

  expect(looked).toBe(1);
  expect(moving.orders('prep_resize').map(({ host }) => host)).toEqual(['host2']);
  expect(moving.migrations.map(({ status }) => status)).toEqual(['error']);
  expect(moving.state).toBe('error/null');
});

test.each([
  ['is gone', (moving: MovingWorld) => moving.of.platform.tables.delete('cell-cell1', instanceKey(moving.uuid))],
  ['is of another execution', (moving: MovingWorld) => moving.change({ 'op:cold-migrate:owner': 'another' })],
])('a resize that is given up when its server %s ends well', async (_what, change) => {
  const moving = await coldWorld({
    behaviour: at('resize_instance', 'host1', { die: 'mid-build' }),
    around: async (run, { step }) => {
      if (step === 'give-up') await change(moving);
      return run();
    },
  });

  await moving.move({ flavor: LARGER });

  expect((await moving.of.executions('cold-migrate')).map(({ status }) => status)).toEqual(['SUCCEEDED']);
});
