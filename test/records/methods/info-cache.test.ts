import { expect, it } from 'vitest';
import { InstanceInfoCache } from '#objects/instance/instance-info-cache';
import { instanceKey } from '#records/keys';
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

it('networks of a server that never was are refused', async () => {
  const error = await refusal(callMethod(recordsOn(memoryTables().tables), cache(), 'save'));

  expect(error).toMatchObject({ name: 'InstanceInfoCacheNotFound' });
});
