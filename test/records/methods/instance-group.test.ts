import { expect, test } from 'vitest';
import { MemoryTables } from '#adapters/memory/tables';
import { InstanceGroup } from '#objects/api/instance-group';
import { API, groupKey } from '#records/keys';
import { instanceGroup } from '#records/methods/instance-group';
import { callClass, CONTEXT, recordsOn } from '../../fixtures/records.ts';
import { groupItems } from '../../replay/rows/api-rows.ts';
import { SqlState } from '../../replay/sql-state.ts';

const context = { ...CONTEXT, project_id: null, is_admin: true };

test('a group without a project is made, found by its uuid and in the list of such groups, and destroyed', async () => {
  const tables = new MemoryTables();
  const records = recordsOn(tables, { context });
  const group = InstanceGroup.make({ uuid: 'g1', name: 'g', project_id: null, user_id: 'alice', policy: 'affinity' });

  await instanceGroup.instance?.['create']?.call(records, group, {});
  const found = await callClass(records, 'InstanceGroup', 'get_by_uuid', 'g1');
  const listed = await callClass(records, 'InstanceGroupList', 'get_by_project_id', null);
  await instanceGroup.instance?.['destroy']?.call(records, group, {});

  expect(found).toMatchObject({ 'nova_object.data': { uuid: 'g1', project_id: null } });
  expect(listed).toMatchObject({ 'nova_object.data': { objects: [{ 'nova_object.data': { uuid: 'g1' } }] } });
  expect(await tables.get(API, groupKey('g1'))).toBeUndefined();
});

test('a recorded row of a group without a project is loaded', async () => {
  const tables = new MemoryTables();
  const row = { id: 1, uuid: 'g1', name: 'g', user_id: 'alice', project_id: null };

  for (const item of groupItems(new SqlState(), row)) await tables.put(API, item);

  expect(await tables.get(API, groupKey('g1'))).toMatchObject({ uuid: 'g1', project_id: null });
});
