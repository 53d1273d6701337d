import { expect, it } from 'vitest';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import { ServiceMisconfigured } from '#errors';
import { MemoryLog } from '#local/emulation/memory-log';
import { noteTrouble } from '#operations/service-trouble';
import type { Tables } from '#ports/tables';
import { REQUESTS, serviceTroubleKey } from '#records/keys';
import { memoryTables } from '../fixtures/tables.ts';
import { watching } from '../fixtures/watching.ts';

const FACTS = { service: 'placement', url: 'http://placement', trouble: 'answered 403', remedy: 'Give it a role.' };

function world() {
  const { tables } = memoryTables();
  return { tables, clock: new VirtualClock(9000), log: new MemoryLog() };
}

it('a service that cannot be used is noted for a day, with what is to be done and who waits', async () => {
  const services = world();

  await noteTrouble(services, 'e1', new ServiceMisconfigured(FACTS));

  expect(await services.tables.get(REQUESTS, serviceTroubleKey('placement'))).toMatchObject({
    ...FACTS,
    execution: 'e1',
    since: 9000,
    met_at: 9000,
    expires_at: 9 + 86_400,
  });
  expect(services.log.lines).toMatchObject([{ level: 'error', fields: FACTS }]);
});

it.each(['get', 'update'] as const)('a note fails nothing where the table is away: %s', async (method) => {
  const services = world();
  const tables = watching<Tables>(services.tables, { [method]: () => Promise.reject(new Error('away')) });

  await noteTrouble({ ...services, tables }, 'e1', new ServiceMisconfigured(FACTS));

  expect(services.log.lines.at(-1)).toMatchObject({
    level: 'warn',
    fields: { service: 'placement', error: 'Error: away' },
  });
});
