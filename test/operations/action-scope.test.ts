import { expect, it } from 'vitest';
import { MemoryLog } from '#adapters/memory/log';
import { beginScope, endScope } from '#operations/action-scope';
import { DEFAULTS } from '#ports/configuration';
import { startAction } from '#records/methods/instance-action';
import { CONTEXT, recordsOn, UUID } from '../fixtures/records.ts';
import { memoryTables } from '../fixtures/tables.ts';

const world = () => {
  const log = new MemoryLog();
  const records = recordsOn(memoryTables().tables);
  const services = { ...records, config: { ...DEFAULTS, host: 'conductor' }, log };
  const scope = {
    cell: { name: 'cell1', uuid: 'c-1' },
    uuid: UUID,
    context: CONTEXT,
    events: ['conductor_migrate_server'],
    writer: 'w-1',
  };
  return { records, services, scope, log };
};

it('an event that is not there fails nothing when the work ends, and the log says so', async () => {
  const { services, scope, log } = world();

  await endScope(services, scope);

  const fields = { instance: UUID, event: 'conductor_migrate_server', error: 'InstanceActionNotFound' };
  expect(log.lines).toEqual([{ level: 'info', message: 'an event that is not there is not ended', fields }]);
});

it('an event that was begun is ended without a word', async () => {
  const { records, services, scope, log } = world();
  await startAction(records, UUID, 'migrate');
  await beginScope(services, scope);

  await endScope(services, scope);

  expect(log.lines).toEqual([]);
});
