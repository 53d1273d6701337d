import { expect, test } from 'vitest';
import { MemoryTables } from '#adapters/memory/tables';
import { migrationOf } from '#records/methods/migration';
import type { Tables } from '#ports/tables';
import { cellTable, instanceKey, migrationKey, serviceKey } from '#records/keys';

const TABLE = cellTable('cell1');
const UUID = '7c0e5e5e-0000-4000-8000-000000000001';

test('a write names attributes of the kind of its key alone, as it is compiled', async () => {
  const tables = new MemoryTables();

  // @ts-expect-error a misspelt attribute of a server
  const server = tables.update(TABLE, instanceKey(UUID), { set: { task_stat: null } });
  // @ts-expect-error a migration's attribute on a server
  const remove = tables.update(TABLE, instanceKey(UUID), { remove: ['dest_compute'] });
  // @ts-expect-error a server's attribute on a migration
  const migration = tables.update(TABLE, migrationKey(UUID, UUID), { set: { vm_state: null } });
  const service = tables.update(TABLE, serviceKey('host1', 'nova-compute'), {
    set: { disabled: true, lookup: 'nova-compute', 'op:note': 'of an operation' },
    remove: ['by_host'],
  });

  // The names are a matter of types alone: what runs writes them all.
  expect((await Promise.all([server, remove, migration, service])).map(({ repeated }) => repeated)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

test('an item that was read under a key of one kind is made no object of another', async () => {
  const tables: Tables = new MemoryTables();
  await tables.put(TABLE, { ...instanceKey(UUID), id: 1, uuid: UUID });

  const item = await tables.get(TABLE, instanceKey(UUID));
  if (item === undefined) throw new Error('no item lies there');
  // @ts-expect-error a server is no migration
  const made = migrationOf(item);

  // What runs takes any item: here a field that both have.
  expect(made.peek('uuid')).toBe(UUID);
});
