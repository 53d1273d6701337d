import { describe, expect, it } from 'vitest';
import { MemoryLog } from '#local/emulation/memory-log';
import { MemoryNotifier } from '#local/emulation/memory-notifier';
import { askForFence } from '#operations/ask-for-fence';
import { holdOrder } from '#operations/hold-order';
import { DEFAULTS } from '#ports/configuration';
import type { Attributes, Tables } from '#ports/tables';
import { fenced, fenceItem, type FenceState } from '#records/items/fence';
import { held, heldOrder } from '#records/items/held-order';
import { cellTable, instanceKey, serviceKey } from '#records/keys';
import { NOW } from '../fixtures/records.ts';
import { rejected } from '../fixtures/rejected.ts';
import { memoryTables } from '../fixtures/tables.ts';
import { watching } from '../fixtures/watching.ts';

const TABLE = cellTable('cell1');
const HOST = serviceKey('host1', 'nova-compute');
const SILENT = '2026-11-22T11:00:00Z';
const ID = `cell1/host1/${SILENT}`;
const asked = (id: string, state: FenceState = 'asked') =>
  fenced({ id, state, at: SILENT, by: 'conductor', detail: 'before' });

/** A silent host with its service, and a server u1. */
async function silent(service: Attributes | null = {}, fencing = true) {
  const { tables } = memoryTables();
  if (service !== null) await tables.put(TABLE, { ...HOST, last_seen_up: SILENT, ...service });
  await tables.put(TABLE, { ...instanceKey('u1'), uuid: 'u1', deleted: false });
  const notifier = new MemoryNotifier();
  const log = new MemoryLog();
  const clock = { now: () => Date.parse(NOW), timer: () => () => undefined };
  const services = { tables, notifier, log, clock, config: { ...DEFAULTS, fencing, host: 'conductor' } };
  const noted = async () => fenceItem((await tables.get(TABLE, HOST)) ?? {});
  const holds = async () => heldOrder((await tables.get(TABLE, instanceKey('u1'))) ?? {});
  return { services, noted, holds };
}

describe('the fencing agent', () => {
  it('is asked to cut a silent host off, under an id of its silence', async () => {
    const { noted, services } = await silent();

    await askForFence(services, 'cell1', 'host1', 'the host is down');

    expect(await noted()).toEqual({ id: ID, state: 'asked', at: NOW, by: 'conductor', detail: 'the host is down' });
    expect(services.notifier.sent).toEqual([
      {
        family: 'unversioned',
        eventType: 'conductor.fence.requested',
        priority: 'INFO',
        publisherId: 'conductor.conductor',
        payload: { host: 'host1', cell: 'cell1', fence: ID, reason: 'the host is down' },
        messageId: `fence-${ID}`,
        timestamp: NOW,
      },
    ]);
    expect(services.log.lines).toMatchObject([
      { level: 'warn', fields: { host: 'host1', cell: 'cell1', fence: ID, reason: 'the host is down' } },
    ]);
  });

  it('is asked again under the same id until it answers, without another word in the log', async () => {
    const { noted, services } = await silent(asked(ID));

    await askForFence(services, 'cell1', 'host1', 'still');

    expect(services.notifier.sent).toMatchObject([{ messageId: `fence-${ID}` }]);
    expect(await noted()).toMatchObject({ detail: 'before' });
    expect(services.log.lines).toEqual([]);
  });

  it.each(['off', 'refused', 'failed', 'released'] as const)('is not asked again once it said %s', async (state) => {
    const { services } = await silent(asked(ID, state));

    await askForFence(services, 'cell1', 'host1', 'still');

    expect(services.notifier.sent).toEqual([]);
  });

  it('is asked anew about a host that was heard in between', async () => {
    const { noted, services } = await silent(asked('cell1/host1/before', 'refused'));

    await askForFence(services, 'cell1', 'host1', 'again');

    expect(services.notifier.sent).toMatchObject([{ messageId: `fence-${ID}` }]);
    expect(await noted()).toMatchObject({ id: ID, state: 'asked', detail: 'again' });
  });

  it.each([
    ['by when it was made where it was never heard', { last_seen_up: null, created_at: NOW }, `cell1/host1/${NOW}`],
    ['where nothing has a time', { last_seen_up: null }, 'cell1/host1/'],
  ])('is asked about a host %s', async (_title, service, id) => {
    const { noted, services } = await silent(service);

    await askForFence(services, 'cell1', 'host1', 'why');

    expect(await noted()).toMatchObject({ id });
  });

  it.each([
    ['where none is named', {}, false],
    ['about a host without a service', null, true],
  ])('is not asked %s', async (_title, service, fencing) => {
    const { noted, services } = await silent(service, fencing);

    await askForFence(services, 'cell1', 'host1', 'why');

    expect(services.notifier.sent).toEqual([]);
    expect(await noted()).toBeUndefined();
  });

  it('is asked by one of two that look at the same time', async () => {
    const { services } = await silent();
    const tables = watching<Tables>(services.tables, {
      get: async (table, key) => {
        const item = await services.tables.get(table, key);
        await askForFence(services, 'cell1', 'host1', 'first');
        return item;
      },
    });

    await askForFence({ ...services, tables }, 'cell1', 'host1', 'second');

    expect(services.notifier.sent).toMatchObject([{ payload: { reason: 'first' } }]);
  });

  it('is asked at the next look where the table is away', async () => {
    const { services } = await silent();
    const tables = watching<Tables>(services.tables, { update: () => Promise.reject(new Error('away')) });

    const error = await rejected(askForFence({ ...services, tables }, 'cell1', 'host1', 'why'));

    expect(error).toEqual(new Error('away'));
    expect(services.notifier.sent).toEqual([]);
  });
});

describe('an order that is held back', () => {
  const order = { cell: 'cell1', instance: 'u1', execution: 'e1', host: 'host1', reason: 'it may only hang' };
  const earlier = { execution: 'e1', host: 'host1', since: SILENT, reason: 'first' };

  it('is noted on its server, and the agent is asked', async () => {
    const { holds, services } = await silent();

    await holdOrder(services, order);

    expect(await holds()).toEqual({ execution: 'e1', host: 'host1', since: NOW, reason: 'it may only hang' });
    expect(services.notifier.sent).toMatchObject([{ payload: { reason: 'it may only hang' } }]);
  });

  it.each([
    ['stays as it was noted first', earlier, SILENT],
    ['is noted anew for another execution', { ...earlier, execution: 'e0' }, NOW],
    ['is noted anew for another host', { ...earlier, host: 'host0' }, NOW],
  ])('%s', async (_title, before, since) => {
    const { holds, services } = await silent();
    await services.tables.update(TABLE, instanceKey('u1'), { set: held(before) });

    await holdOrder(services, order);

    expect(await holds()).toMatchObject({ execution: 'e1', host: 'host1', since });
  });

  it.each([
    ['is gone', (tables: Tables) => tables.delete(TABLE, instanceKey('u1'))],
    ['is deleted', (tables: Tables) => tables.update(TABLE, instanceKey('u1'), { set: { deleted: true } })],
  ])('is noted nowhere where its server %s, and the agent is asked all the same', async (_title, ending) => {
    const { holds, services } = await silent();
    await ending(services.tables);

    await holdOrder(services, order);

    expect(await holds()).toBeUndefined();
    expect(services.notifier.sent).toHaveLength(1);
  });

  it('is looked at again where the table is away', async () => {
    const { services } = await silent();
    const { pk } = instanceKey('u1');
    const tables = watching<Tables>(services.tables, {
      update: (table, key, ...more) =>
        key.pk === pk ? Promise.reject(new Error('away')) : services.tables.update(table, key, ...more),
    });

    expect(await rejected(holdOrder({ ...services, tables }, order))).toEqual(new Error('away'));
  });
});
