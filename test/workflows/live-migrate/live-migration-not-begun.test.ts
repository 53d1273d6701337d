import { expect, test } from 'vitest';
import type { Tables } from '#ports/tables';
import { SCHEDULED } from '../../fixtures/live-moves.ts';
import { liveWorld } from '../../fixtures/moves.ts';
import { watching } from '../../fixtures/watching.ts';

/** Tables in which no migration can be made. */
const withoutMigrations = (tables: Tables): Tables =>
  watching(tables, {
    put: (table, item, condition) =>
      item.sk.startsWith('migration#')
        ? Promise.reject(new TypeError('no migration today'))
        : tables.put(table, item, condition),
    transact: (actions) =>
      actions.some((action) => action.kind === 'put' && action.item.sk.startsWith('migration#'))
        ? Promise.reject(new TypeError('no migration today'))
        : tables.transact(actions),
  });

test.each([
  ['its user deletes', { task_state: 'deleting' }, 'active/deleting'],
  ['its host has put in error', { vm_state: 'error' }, 'error/migrating'],
])('a live migration whose migration cannot be made leaves a server alone that %s', async (_who, change, state) => {
  const moving = await liveWorld({
    tables: withoutMigrations,
    around: async (run, { step }) => {
      if (step === 'fail-migration') await moving.change(change);
      return run();
    },
  });

  await moving.move(SCHEDULED);

  expect(moving.state).toBe(state);
});

test('a live migration whose migration cannot be made reports the error and changes nothing else', async () => {
  const moving = await liveWorld({ tables: withoutMigrations });

  const answer = await moving.move(SCHEDULED);

  expect(answer?.message).toContain('TypeError');
  expect(moving.state).toBe('active/null');
  expect(moving.faultRecords).toEqual([]);
  expect(moving.migrations).toEqual([]);
  expect(moving.eventResults).toEqual({ conductor_migrate_server: 'Error' });
  expect(moving.item['op:live-migrate:owner']).toBeUndefined();
});
