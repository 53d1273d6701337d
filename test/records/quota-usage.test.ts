import { expect, test } from 'vitest';
import { MemoryTables } from '#adapters/memory/tables';
import { API, cellTable, instanceKey, quotaKey, userUsageKey } from '#records/keys';
import { quotaHold, recountQuota, returnQuota } from '#records/instance-quota';
import { countUsage } from '#records/quota-usage';

const CELL = cellTable('cell1');
const reservation = { project: 'p', user: 'u', share: { instances: 1, cores: 2, ram: 512 } };

/** A project whose user counts three servers, one of which is recorded here. */
async function counted() {
  const tables = new MemoryTables();
  const item = { ...instanceKey('u1'), uuid: 'u1', deleted: true, ...quotaHold(reservation) };
  await tables.put(CELL, item);
  await tables.transact(countUsage(reservation, { instances: 3, cores: 6, ram: 1536 }));
  return {
    tables,
    item,
    usage: () => tables.get(API, quotaKey('p')),
    users: () => tables.get(API, userUsageKey('p', 'u')),
  };
}

test('what a server counts is given back once, however many look at the same record', async () => {
  const { tables, item, usage, users } = await counted();

  await Promise.all([returnQuota({ tables }, CELL, item), returnQuota({ tables }, CELL, item)]);
  await returnQuota({ tables }, CELL, item);

  expect(await usage()).toMatchObject({ instances: 2, cores: 4, ram: 1024 });
  expect(await users()).toMatchObject({ instances: 2, cores: 4, ram: 1024 });
});

test('what a server counts is not given back when its record is gone', async () => {
  const { tables, item, usage } = await counted();
  await tables.delete(CELL, instanceKey('u1'));

  await returnQuota({ tables }, CELL, item);

  expect(await usage()).toMatchObject({ instances: 3, cores: 6, ram: 1536 });
  expect(await tables.get(CELL, instanceKey('u1'))).toBeUndefined();
});

test('what a server counts is given back by its new size when it is counted anew meanwhile', async () => {
  const { tables, item, usage } = await counted();
  await tables.update(CELL, instanceKey('u1'), { set: { vcpus: 4, memory_mb: 1024 } });
  await recountQuota({ tables }, CELL, { ...item, vcpus: 4, memory_mb: 1024 });

  await returnQuota({ tables }, CELL, item);

  expect(await usage()).toMatchObject({ instances: 2, cores: 4, ram: 1024 });
});

test('a server that was restored counts, though its deletion is heard late', async () => {
  const { tables, item, usage } = await counted();
  await tables.update(CELL, instanceKey('u1'), { set: { deleted: false, vm_state: 'active' } });

  await returnQuota({ tables }, CELL, { ...item, deleted: false, vm_state: 'soft-delete' });

  expect(await usage()).toMatchObject({ instances: 3, cores: 6, ram: 1536 });
});
