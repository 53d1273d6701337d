import { expect, test } from 'vitest';
import { Service } from '#objects/compute/service';
import { TaskLog } from '#objects/compute/task-log';
import { recordsOn, callClass, callMethod } from '../../fixtures/records.ts';
import { memoryTables } from '../../fixtures/tables.ts';

const SAID = 'connecting to mysql://nova:s3cr3t@db failed, password=hunter2';
const SHOWN = 'connecting to mysql://nova:***@db failed, password=***';

const PERIOD = { task_name: 'audit', period_beginning: '2026-11-01T00:00:00Z', period_ending: '2026-12-01T00:00:00Z' };

const made = (host: string, disabled_reason: string | null) =>
  Service.make({ host, binary: 'nova-compute', topic: 'compute', report_count: 0, disabled_reason });

test('the reason why a service is disabled is stored without secrets, whether it comes first or later', async () => {
  const records = recordsOn(memoryTables().tables);
  const changed = made('host2', null);

  await callMethod(records, made('host1', SAID), 'create');
  await callMethod(records, changed, 'create');
  changed.assign('disabled_reason', SAID);
  await callMethod(records, changed, 'save');

  const listed = await callClass(records, 'ServiceList', 'get_all');
  const shown = { 'nova_object.data': { disabled_reason: SHOWN } };
  expect(listed).toMatchObject({ 'nova_object.data': { objects: [shown, shown] } });
});

test('what a host says of its periodic task is stored without secrets', async () => {
  const records = recordsOn(memoryTables().tables);
  const log = TaskLog.make({ ...PERIOD, host: 'host1', message: SAID, task_items: 1, errors: 0 });
  const message = async () => await callClass(records, 'TaskLog', 'get', ...Object.values(PERIOD), 'host1');
  const shown = { 'nova_object.data': { message: SHOWN } };

  await callMethod(records, log, 'begin_task');
  const begun = await message();
  log.assign('message', SAID);
  await callMethod(records, log, 'end_task');

  expect([begun, await message()]).toMatchObject([shown, shown]);
});
