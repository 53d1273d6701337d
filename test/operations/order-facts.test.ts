import { describe, expect, it } from 'vitest';
import { lookIntoOrder, type GivenOrder, type SeenRestart } from '#operations/order-facts';
import { cellQueue, hostQueue } from '#ports/host-queue';
import { DEFAULTS } from '#ports/configuration';
import type { Attributes } from '#ports/tables';
import { begunEvent } from '#records/items/instance-action';
import { heardFrom } from '#records/items/service';
import { actionKey, cellTable, instanceKey, queueLagKey, serviceKey } from '#records/keys';
import { operationNames } from '#records/operation';
import { memoryTables } from '../fixtures/tables.ts';

const TABLE = cellTable('cell1');
const { orderedAt } = operationNames('launch');
const ORDERED = Date.parse('2026-11-22T11:00:00Z');
const after = (seconds: number): string => new Date(ORDERED + seconds * 1000).toISOString();

interface BegunEvent {
  readonly host?: string;
  /** The hosts whose compute began it. */
  readonly hosts?: readonly string[];
  readonly process?: string;
  /** Seconds after the order. @default 1 */
  readonly at?: number;
}

interface Look {
  /** Seconds since the order. */
  readonly at?: number;
  /** What the record of its server holds; null for one that is gone. */
  readonly server?: Attributes | null;
  /** Events of the request, by name. */
  readonly events?: Readonly<Record<string, BegunEvent>>;
  /** The process that host1 was last heard from. */
  readonly living?: string | undefined;
  readonly restart?: SeenRestart;
  readonly queued?: number;
  /** Seconds without a change after which a host has stalled. @default 0, never */
  readonly stall?: number;
  /** Seconds after the order at which the last pulse was sent that was read. */
  readonly pulse?: number;
}

/** Looks into an order for host1 that was given at 11:00, when it last changed its record. */
async function look({ at = 700, server = {}, events = {}, living, restart, queued = 0, pulse, stall = 0 }: Look = {}) {
  const { tables } = memoryTables();
  const begun = Object.entries(events).map(([name, { host = null, at: began = 1, ...beginner }], id) =>
    begunEvent(name, { id, event: name, host, at: after(began) }, beginner),
  );
  if (begun.length > 0) await tables.put(TABLE, Object.assign({ ...actionKey('u1', 'req-1') }, ...begun));
  if (living !== undefined)
    await tables.put(TABLE, { ...serviceKey('host1', 'nova-compute'), host: 'host1', ...heardFrom(living) });
  if (pulse !== undefined) await tables.put(TABLE, { ...queueLagKey, pulse_sent_at: ORDERED + pulse * 1000, lag: 0 });
  const item = { ...instanceKey('u1'), updated_at: after(0), [orderedAt]: ORDERED, ...server };
  const given: GivenOrder = {
    operation: 'launch',
    cell: 'cell1',
    instance: 'u1',
    host: 'host1',
    requestId: 'req-1',
    items: server === null ? [] : [item],
    restart,
  };
  const asked: string[] = [];
  const queues = {
    send: () => Promise.reject(new Error('nothing is sent')),
    sendBatch: () => Promise.reject(new Error('nothing is sent')),
    changeVisibility: () => Promise.reject(new Error('nothing was received')),
    backlog: async (queue: string) => {
      asked.push(queue);
      return queue === hostQueue('cell1', 'host1')
        ? { waiting: queued, inFlight: queued }
        : { waiting: 0, inFlight: 0 };
    },
  };
  const clock = { now: () => ORDERED + at * 1000, timer: () => () => undefined };
  const config = { ...DEFAULTS, orderSeconds: 600, stallSeconds: stall, serviceDownTime: 60 };
  return { ...(await lookIntoOrder({ tables, queues, clock, config }, given)), asked };
}

const byHost1 = (process?: string): BegunEvent => ({ hosts: ['host1'], ...(process === undefined ? {} : { process }) });

describe('an order of which there is no sign', () => {
  it('was not taken for so long; its queue is looked at only when its time is over', async () => {
    const early = await look({ at: 599 });
    const late = await look({ at: 600, queued: 2, pulse: 900 });

    expect(early).toEqual({
      order: { kind: 'untaken', seconds: 599, queued: 0, unread: undefined },
      unchanged: { seconds: 599, unread: undefined },
      restart: undefined,
      asked: [],
    });
    expect(late.order).toEqual({ kind: 'untaken', seconds: 600, queued: 4, unread: undefined });
    expect(late.asked.toSorted()).toEqual([cellQueue('cell1'), hostQueue('cell1', 'host1')].toSorted());
  });

  it.each([
    ['no pulse was read', {}, true],
    ['the last pulse that was read was sent before its time was over', { pulse: 599 }, true],
    ['a pulse was read that was sent when its time was over', { pulse: 600 }, false],
  ])('may have been taken unheard while %s', async (_title, more, unheard) => {
    const { order } = await look(more);

    expect(order).toMatchObject({ kind: 'untaken', seconds: 700 });
    expect(order.kind === 'untaken' && order.unread !== undefined).toBe(unheard);
  });

  it.each([
    ['of another host', { one: { hosts: ['host2'], host: 'host2' } }],
    ['of our own', { one: { host: 'conductor' } }],
  ])('was not taken by events %s', async (_title, events) => {
    expect((await look({ events, pulse: 900 })).order.kind).toBe('untaken');
  });

  it('is counted from the last change where no time of it is noted', async () => {
    const { order } = await look({ server: { [orderedAt]: null, updated_at: after(100) }, pulse: 900 });

    expect(order).toMatchObject({ kind: 'untaken', seconds: 600 });
  });

  it('is counted from the beginning of time where nothing is known', async () => {
    const { order } = await look({ server: null, pulse: 900 });

    expect(order).toMatchObject({ kind: 'untaken', seconds: ORDERED / 1000 + 700 });
  });

  it('is none of a record that has no time', async () => {
    expect((await look({ server: { updated_at: 'soon' }, pulse: 900 })).order.kind).toBe('untaken');
  });
});

describe('an order was taken', () => {
  it.each<readonly [string, Look]>([
    ['by an event that its compute began', { events: { compute_build: byHost1('p1') } }],
    ['by an event that names the host', { events: { compute_build: { host: 'host1' } } }],
    ['by a change of the record', { server: { updated_at: after(1) } }],
    ['by a change of the record, whatever process lives', { server: { updated_at: after(1) }, living: 'p2' }],
    ['whatever process lives where nobody knows which took it', { events: { compute_build: byHost1() }, living: 'p2' }],
    ['where nobody knows which process lives', { events: { compute_build: byHost1('p1') } }],
    ['by the process that lives', { events: { compute_build: byHost1('p1') }, living: 'p1' }],
    [
      'by the process that lives, after another one had begun',
      { events: { a: byHost1('p1'), b: { ...byHost1('p2'), at: 5 } }, living: 'p2' },
    ],
    [
      'by the process that lives, whose event is named before those of others',
      { events: { a: { ...byHost1('p3'), at: 5 }, b: byHost1('p1'), c: { ...byHost1('p2'), at: 2 } }, living: 'p3' },
    ],
  ])('%s', async (_title, given) => {
    const { order, restart } = await look(given);

    expect({ order, restart }).toEqual({ order: { kind: 'taken' }, restart: undefined });
  });

  it('and its process is gone: since when is known from the first look that saw it', async () => {
    const events = { b: byHost1('p1'), a: { ...byHost1('p0'), at: 0 } };

    const first = await look({ events, living: 'p2' });
    const second = await look({ at: 760, events, living: 'p2', restart: { process: 'p2', at: ORDERED + 700_000 } });
    const third = await look({ at: 800, events, living: 'p3', restart: { process: 'p2', at: ORDERED + 700_000 } });

    expect([first, second, third].map(({ order }) => order)).toEqual([
      { kind: 'restarted', seconds: 0, unread: undefined },
      { kind: 'restarted', seconds: 60, unread: undefined },
      { kind: 'restarted', seconds: 0, unread: undefined },
    ]);
    expect([first, second, third].map(({ restart }) => restart)).toEqual([
      { process: 'p2', at: ORDERED + 700_000 },
      { process: 'p2', at: ORDERED + 700_000 },
      { process: 'p3', at: ORDERED + 800_000 },
    ]);
  });
});

describe('a host that shows nothing', () => {
  const events = { compute_build: byHost1('p1') };
  const restart = { process: 'p2', at: ORDERED + 100_000 };

  it.each([
    ['may have finished what it had before its restart', { pulse: 399 }, true],
    ['has not finished what it had before its restart', { pulse: 400 }, false],
  ])('%s where a pulse of that time was read', async (_title, more, unheard) => {
    const { order } = await look({ events, living: 'p2', restart, at: 500, ...more });

    expect(order).toMatchObject({ kind: 'restarted', seconds: 400 });
    expect(order.kind === 'restarted' && order.unread !== undefined).toBe(unheard);
  });

  it.each([
    ['since the records changed', { server: { updated_at: after(200) }, pulse: 499 }, 500, true],
    ['since the records changed', { server: { updated_at: after(200) }, pulse: 500 }, 500, false],
    ['since the order, where the records are older', { server: { updated_at: after(-900) }, pulse: 300 }, 700, false],
  ])('has changed nothing %s, or was not heard', async (_title, more, seconds, unheard) => {
    const { unchanged } = await look({ events, living: 'p1', stall: 300, ...more });

    expect(unchanged.seconds).toBe(seconds);
    expect(unchanged.unread !== undefined).toBe(unheard);
  });
});
