import { expect, test } from 'vitest';
import { TableThrottled, type Tables } from '#ports/tables';
import { BuildWorld } from '../fixtures/build-world.ts';

/** Tables that turn the first save of an active server away. */
function throttlingFinalSave(tables: Tables): { readonly tables: Tables; readonly refused: unknown[] } {
  const refused: unknown[] = [];
  const update: Tables['update'] = (...args) => {
    if (refused.length > 0 || new Map(Object.entries(args[2].set ?? {})).get('vm_state') !== 'active')
      return tables.update(...args);
    refused.push(args[1]);
    return Promise.reject(new TableThrottled('slow down'));
  };
  return {
    refused,
    tables: {
      get: (...args) => tables.get(...args),
      batchGet: (...args) => tables.batchGet(...args),
      query: (...args) => tables.query(...args),
      put: (...args) => tables.put(...args),
      update,
      delete: (...args) => tables.delete(...args),
      transact: (...args) => tables.transact(...args),
    },
  };
}

test('a final save that is throttled once is tried again while its host still waits for the answer', async () => {
  let refused: unknown[] = [];
  const world = await BuildWorld.boot({
    scheduler: () => [['host1']],
    tables: (tables) => {
      const throttling = throttlingFinalSave(tables);
      refused = throttling.refused;
      return throttling.tables;
    },
  });

  const { uuids } = await world.build();

  expect(refused).toHaveLength(1);
  expect(world.server(uuids[0] ?? '').item).toMatchObject({ vm_state: 'active', host: 'host1' });
});
