import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Item } from '#ports/tables';
import { BlockCounter } from '#records/block-counter';
import { copyRecord } from '#records/copies/copy-instance';
import { eventItem, eventsOf } from '#records/items/instance-action';
import { actionKey } from '#records/keys';
import { startAction } from '#records/methods/instance-action';
import { finishEvent, startEvent } from '#records/methods/instance-action-event';
import { rejected } from '../fixtures/rejected.ts';
import { memoryTables } from '../fixtures/tables.ts';
import { plainText } from '#wire/reading';
import { CONTEXT, recordsOn, storedInstance, UUID } from '../fixtures/records.ts';

const CELL = 'cell-cell1';

const world = () => ({ records: recordsOn(memoryTables().tables) });

/** A line of a traceback, unlike the others: what is alike is packed too well to need room. */
const line = (at: number): string =>
  `line ${(at * 7919) % 104_729} of a traceback, whose lines are as long as those of Python are`;

/** A traceback unlike any other. */
const long = (at: number): string =>
  Array.from({ length: 60 }, (_none, each) => hash('sha512', `${at} ${each}`, 'base64')).join('\n');

describe('actions and events', () => {
  it('an event needs the action of its request', async () => {
    const { records } = world();

    const error = await rejected(startEvent(records, { uuid: UUID, event: 'e', host: 'host1' }));

    expect(error).toMatchObject({ name: 'InstanceActionNotFound' });
  });

  it('without a project the newest action takes the event', async () => {
    const { records } = world();
    await startAction(records, UUID, 'create');
    const nobody = { ...records, context: { ...CONTEXT, project_id: null, request_id: 'req-periodic' } };

    const event = await startEvent(nobody, { uuid: UUID, event: 'e', host: 'host1' });

    expect(event.sk).toBe('event#req-0001#e');
  });

  it('an event begins in one request, and once per message', async () => {
    const { tables, requests } = memoryTables();
    const records = recordsOn(tables, { writer: 'm-1' });
    await startAction({ ...records, writer: 'm-0' }, UUID, 'create');
    requests.length = 0;
    const first = await startEvent(records, { uuid: UUID, event: 'e', host: 'host1' });
    const cost = requests.slice();

    const second = await startEvent(records, { uuid: UUID, event: 'e', host: 'host1' });

    // The first asks for a number as well.
    expect(cost).toEqual(['UpdateItem', 'UpdateItem']);
    expect(second['id']).toBe(first['id']);
  });

  it('an event that began twice is ended at the first, as in Nova', async () => {
    const { records } = world();
    await startAction(records, UUID, 'create');
    await startEvent(records, { uuid: UUID, event: 'e', host: 'host1' });
    const again = await startEvent(records, { uuid: UUID, event: 'e', host: 'host2' });

    const ended = await finishEvent(records, { uuid: UUID, event: 'e', details: null, traceback: null });

    expect(ended.sk).not.toBe(again.sk);
    expect(ended).toMatchObject({ result: 'Success' });
  });

  it('an event is ended with a shorter traceback where its action would be larger than an item may be', async () => {
    const { records } = world();
    await startAction(records, UUID, 'create');
    const names = Array.from({ length: 12 }, (_none, at) => `e${at}`);
    for (const event of names) await startEvent(records, { uuid: UUID, event, host: 'host1' });
    const traceback = Array.from({ length: 1500 }, (_none, at) => line(at)).join('\n');

    const ended: Item[] = [];
    for (const event of names)
      ended.push(await finishEvent(records, { uuid: UUID, event, details: 'boom', traceback }));

    expect(ended.map(({ result }) => result)).toEqual(names.map(() => 'Error'));
    const lengths = ended.map((event) => plainText(event['traceback']).length);
    expect(lengths[0]).toBe(65_535);
    expect(lengths.at(-1)).toBe(1024);
  });

  it('an action that is full takes further events: the tracebacks of those that ended are cut', async () => {
    const { records } = world();
    await startAction(records, UUID, 'live-migration');
    const end = (event: string, traceback: string | null) =>
      finishEvent(records, { uuid: UUID, event, details: 'boom', traceback });

    const ended: Item[] = [];
    for (let at = 0; at < 150; at += 1) {
      await startEvent(records, { uuid: UUID, event: `e${at}`, host: 'host1' });
      ended.push(await end(`e${at}`, long(at)));
    }
    await startEvent(records, { uuid: UUID, event: 'last', host: 'host1' });
    const last = await end('last', null);

    expect(ended.map(({ result }) => result)).toEqual(ended.map(() => 'Error'));
    expect(plainText(ended.at(-1)?.['traceback'])).toMatch(/^[\w+/=\n]{1024,}$/u);
    expect(last).toMatchObject({ event: 'last', result: 'Success' });
    const kept = eventsOf((await records.tables.get(CELL, actionKey(UUID, 'req-0001'))) ?? { pk: '', sk: '' });
    expect(kept.map((event) => plainText(event['details']))).toEqual([...ended.map(() => 'boom'), '']);
  });

  it('an event may be ended by the host that began it, though it is no longer at work, and by no other', async () => {
    const { records } = world();
    await storedInstance(records, { host: 'host9' });
    await startAction(records, UUID, 'create');
    await startEvent(records, { uuid: UUID, event: 'e', host: 'host1' });
    const end = (host: string) =>
      finishEvent({ ...records, hosts: [host] }, { uuid: UUID, event: 'e', details: null, traceback: null });

    const other = await rejected(end('host2'));
    const own = await end('host1');

    expect(other).toMatchObject({ name: 'Forbidden' });
    expect(own).toMatchObject({ result: 'Success' });
  });

  it('a host that is no longer at work ends the event that it began itself, after another host began one of that name', async () => {
    const { records } = world();
    await storedInstance(records, { host: 'host9' });
    await startAction(records, UUID, 'create');
    await startEvent({ ...records, writer: 'm-1' }, { uuid: UUID, event: 'e', host: 'host1' });
    const second = await startEvent({ ...records, writer: 'm-2' }, { uuid: UUID, event: 'e', host: 'host2' });

    const failed = { uuid: UUID, event: 'e', details: 'no hypervisor', traceback: 'line 1' };
    const ended = await finishEvent({ ...records, hosts: ['host2'] }, failed);

    expect(ended).toMatchObject({ sk: second.sk, host: 'host2', result: 'Error', details: 'no hypervisor' });
    const action = await records.tables.get(CELL, actionKey(UUID, 'req-0001'));
    expect(eventsOf(action ?? second).map(({ host, result }) => [host, result])).toEqual([
      ['host1', null],
      ['host2', 'Error'],
    ]);
  });

  it('events that are copied into another cell have numbers of that cell, which a repeat keeps', async () => {
    const { records } = world();
    const { tables } = records;
    const services = { tables, counter: new BlockCounter() };
    await startAction(records, UUID, 'create');
    await startEvent({ ...records, hosts: ['host1'], writer: 'm-1' }, { uuid: UUID, event: 'one', host: 'host1' });
    await startEvent(records, { uuid: UUID, event: 'two', host: null });
    const action = await tables.get(CELL, actionKey(UUID, 'req-0001'));
    if (action === undefined) throw new Error('there is no action');
    await finishEvent(records, { uuid: UUID, event: 'one', details: null, traceback: null });
    const ended = await tables.get(CELL, action);
    await services.counter.nextId(tables, 'cell-cell2', 'instance_actions_events');

    const copies: Item[][] = [];
    for (const source of [action, ended ?? action]) {
      const before = await tables.get('cell-cell2', action);
      await copyRecord(services, 'cell2', source, 'instance_actions', before);
      copies.push(eventsOf((await tables.get('cell-cell2', action)) ?? action));
    }

    const shown = copies.map((events) => events.map(({ id, event, result, host }) => [id, event, result, host]));
    expect(shown).toEqual([
      [
        [2, 'one', null, 'host1'],
        [3, 'two', null, null],
      ],
      [
        [2, 'one', 'Success', 'host1'],
        [3, 'two', null, null],
      ],
    ]);
    expect(copies.flat().map((event) => eventItem(event).speakers)).toEqual([[], [], [], []]);
  });

  it('an event that never began is not found', async () => {
    const { records } = world();
    await startAction(records, UUID, 'create');

    const error = await rejected(finishEvent(records, { uuid: UUID, event: 'e', details: null, traceback: null }));

    expect(error).toMatchObject({ name: 'InstanceActionEventNotFound', params: { action_id: 1, event: 'e' } });
  });
});
