import { expect, test } from 'vitest';
import { TableThrottled, type Tables } from '#ports/tables';
import { BuildWorld } from '../fixtures/build-world.ts';
import { around, FailurePlan } from '../fixtures/failures.ts';
import { leftOver } from '../fixtures/ledger.ts';
import { watching } from '../fixtures/watching.ts';

/** Refuses to take the second token off a record, once. */
function throttled(tables: Tables): Tables {
  let removals = 0;
  const update: Tables['update'] = (table, key, change, condition) => {
    if (change.remove?.includes('op:launch:token') === true && (removals += 1) === 2)
      return Promise.reject(new TableThrottled('slow down'));
    return tables.update(table, key, change, condition);
  };
  return watching(tables, { update });
}

test('a token that was registered on a settled build is off the record before its execution goes on', async () => {
  const plan = new FailurePlan(
    { workflow: 'launch', state: 'Build on host' },
    'loses its answer after its effect, once',
  );
  const world = await BuildWorld.boot({ scheduler: () => [['host1']], around: around(plan), tables: throttled });

  await world.build();

  expect(plan.struck).toBe(true);
  expect(await leftOver(world)).toEqual([]);
});
