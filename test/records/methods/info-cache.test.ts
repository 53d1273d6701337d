import { expect, it } from 'vitest';
import { InstanceInfoCache } from '#objects/instance/instance-info-cache';
import { Migration } from '#objects/migration/migration';
import { instanceKey, instanceMappingKey, MAPPINGS } from '#records/keys';
import { callMethod, recordsOn, storedInstance, UUID } from '../../fixtures/records.ts';
import { refusal } from '../../fixtures/refusal.ts';
import { memoryTables } from '../../fixtures/tables.ts';

const cache = () => InstanceInfoCache.make({ instance_uuid: UUID, network_info: '[{"id": "port-1"}]' });

it('networks of a server that was deleted meanwhile are taken and not kept, so that its host goes on cleaning up', async () => {
  const { tables } = memoryTables();
  const records = recordsOn(tables);
  const server = await storedInstance(records, { host: 'host1' });
  await callMethod(records, server, 'destroy');

  const answer = await callMethod(records, cache(), 'save');

  const unknown = { created_at: null, updated_at: null, deleted_at: null, deleted: false };
  expect(answer).toEqual([{ ...unknown, obj_what_changed: [] }, null]);
  expect(await tables.get('cell-cell1', instanceKey(UUID))).toMatchObject({ network_info: '[]' });
});

/** A host of cell1, which has no record of a server that is mapped to a cell. */
async function without(cell: string) {
  const { tables } = memoryTables();
  await tables.put(MAPPINGS, { ...instanceMappingKey(UUID), instance_uuid: UUID, cell });
  return recordsOn(tables, { hosts: ['host1'] });
}

it('networks of a server that is in another cell by now are taken and not kept', async () => {
  const records = await without('cell2');

  await callMethod(records, cache(), 'save');

  expect(await records.tables.get('cell-cell1', instanceKey(UUID))).toBeUndefined();
});

it('networks of a server of which its cell has nothing are refused', async () => {
  const error = await refusal(callMethod(await without('cell1'), cache(), 'save'));

  expect(error).toMatchObject({ name: 'InstanceInfoCacheNotFound' });
});

it('networks of a server that never was are refused', async () => {
  const error = await refusal(callMethod(recordsOn(memoryTables().tables), cache(), 'save'));

  expect(error).toMatchObject({ name: 'InstanceInfoCacheNotFound' });
});

/** A server of host2; a migration of that type and status took it from host1. */
async function takenFromHost1(migration_type: string, status: string) {
  const { tables } = memoryTables();
  const records = recordsOn(tables);
  await storedInstance(records, { host: 'host2' });
  const ends = { source_compute: 'host1', source_node: 'host1', dest_compute: 'host2' };
  const migration = Migration.make({ instance_uuid: UUID, migration_type, status, ...ends });
  await callMethod(records, migration, 'create');
  return { tables, host1: recordsOn(tables, { hosts: ['host1'] }) };
}

it.each(['accepted', 'pre-migrating', 'done', 'completed'])(
  'networks of a server that was evacuated from a host are taken from it and not kept, so that it starts and cleans up: %s',
  async (status) => {
    const { tables, host1 } = await takenFromHost1('evacuation', status);

    const answer = await callMethod(host1, cache(), 'save');

    const unknown = { created_at: null, updated_at: null, deleted_at: null, deleted: false };
    expect(answer).toEqual([{ ...unknown, obj_what_changed: [] }, null]);
    expect(await tables.get('cell-cell1', instanceKey(UUID))).toMatchObject({ network_info: '[]' });
  },
);

it.each([
  ['evacuation', 'failed'],
  ['migration', 'done'],
])('networks of a server of another host are refused after a move of type %s that is %s', async (type, status) => {
  const { host1 } = await takenFromHost1(type, status);

  const error = await refusal(callMethod(host1, cache(), 'save'));

  expect(error).toMatchObject({ name: 'Forbidden' });
});
