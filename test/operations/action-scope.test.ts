import { describe, expect, it } from 'vitest';
import { MemoryLog } from '#local/emulation/memory-log';
import { beginScope, endScope, failScope } from '#operations/action-scope';
import { DEFAULTS } from '#ports/configuration';
import type { Tables } from '#ports/tables';
import { eventItem, ownEvent } from '#records/items/instance-action';
import { actionKey, cellTable } from '#records/keys';
import { startAction } from '#records/methods/instance-action';
import { watching } from '../fixtures/watching.ts';
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

describe('the events of work that fails', () => {
  const FAILURE = { name: 'NoValidHost', message: 'there is no room' };
  const NESTED = ['conductor_migrate_server', 'cold_migrate'];

  const eventsOf = async (tables: Tables) => {
    const action = await tables.get(cellTable('cell1'), actionKey(UUID, CONTEXT.request_id));
    return NESTED.map((event) => (action && ownEvent(action, event)) ?? {});
  };

  it('carry the failure, each of them, begun before or not', async () => {
    const { records, services, scope } = world();
    await startAction(records, UUID, 'migrate');

    await failScope(services, { ...scope, events: NESTED }, FAILURE);

    const events = await eventsOf(records.tables);
    expect(events.map((event) => eventItem(event))).toMatchObject(
      NESTED.map((event) => ({ event, result: 'Error', host: 'conductor', finish_time: expect.any(String) })),
    );
    expect(events).toMatchObject(
      NESTED.map(() => ({
        details: 'there is no room',
        traceback: expect.stringMatching(/NoValidHost: there is no room/u),
      })),
    );
  });

  it('carry nothing where the work was done', async () => {
    const { records, services, scope } = world();
    await startAction(records, UUID, 'migrate');
    await beginScope(services, { ...scope, events: NESTED });

    await endScope(services, { ...scope, events: NESTED });

    expect(await eventsOf(records.tables)).toMatchObject(
      NESTED.map(() => ({ result: 'Success', details: null, traceback: null })),
    );
  });

  it('are begun by one write, and ended by one', async () => {
    const { records, services, scope } = world();
    const { sk } = actionKey(UUID, CONTEXT.request_id);
    await startAction(records, UUID, 'migrate');
    const written: string[] = [];
    const tables = watching<Tables>(records.tables, {
      update: (table, key, ...more) => {
        if (key.sk === sk) written.push(key.sk);
        return records.tables.update(table, key, ...more);
      },
    });

    await beginScope({ ...services, tables }, { ...scope, events: NESTED });
    const begun = written.length;
    await endScope({ ...services, tables }, { ...scope, events: NESTED });

    expect([begun, written.length]).toEqual([1, 2]);
  });

  it('that are not there fail nothing, however many', async () => {
    const { services, scope, log } = world();

    await endScope(services, { ...scope, events: NESTED }, FAILURE);

    expect(log.lines.map(({ fields }) => fields['event'])).toEqual(NESTED.toReversed());
  });

  it('are none of a request without an action', async () => {
    const { records, services, scope, log } = world();

    await failScope(services, scope, FAILURE);

    expect(await eventsOf(records.tables)).toEqual([{}, {}]);
    expect(log.lines).toEqual([]);
  });

  it.each([
    ['begun', failScope],
    ['ended', endScope],
  ])('are %s again where the table is away', async (_title, end) => {
    const { records, services, scope } = world();
    await startAction(records, UUID, 'migrate');
    await beginScope(services, scope);
    const tables = watching<Tables>(records.tables, { update: () => Promise.reject(new Error('away')) });

    await expect(end({ ...services, tables }, scope, FAILURE)).rejects.toEqual(new Error('away'));
  });
});
