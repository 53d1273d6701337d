import { describe, expect, test } from 'vitest';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import { DEFAULTS } from '#ports/configuration';
import { queueLagItem } from '#records/items/queue-lag';
import { queueLagKey } from '#records/keys';
import { QueueLag, type BatchNotes } from '#records/hosts/queue-lag';
import { memoryTables } from '../fixtures/tables.ts';

const START = Date.parse('2026-11-22T12:00:00Z');
const NOTHING: BatchNotes = { pulses: [], failed: false, dead: [] };

/** A process that notes what it reads of cell1's queue. */
function process(serviceDownTime = 60, { tables, requests } = memoryTables()) {
  const clock = new VirtualClock(START);
  const lag = new QueueLag({ tables, clock, config: { ...DEFAULTS, serviceDownTime } }, queueLagKey);
  return {
    clock,
    requests,
    note: (notes: Partial<BatchNotes>) => lag.note('cell1', { ...NOTHING, ...notes }),
    noted: async (host = 'host1') => queueLagItem(await tables.get('cell-cell1', queueLagKey), host),
  };
}

describe('the pulses of a cell', () => {
  test.each([
    [60, 6],
    [86_400, 6],
    [30, 12],
  ])('are noted every ten seconds and six times in a service_down_time of %i s', async (serviceDownTime, writes) => {
    const { clock, note, requests } = process(serviceDownTime);

    for (let second = 0; second < 60; second += 1) {
      await note({ pulses: [clock.now()] });
      await clock.advance(1000);
    }

    expect(requests).toHaveLength(writes);
  });

  test('are noted with when they were sent and how long they waited', async () => {
    const { note, noted } = process();

    await note({ pulses: [START - 9000, START - 5000] });

    expect(await noted()).toMatchObject({ pulseSentAt: START - 5000, readAt: START, lag: 5000 });
  });

  test('are forgotten for none that was sent earlier and is read later', async () => {
    const shared = memoryTables();
    const [one, other] = [process(60, shared), process(60, shared)];

    await one.note({ pulses: [START] });
    await other.note({ pulses: [START - 60_000] });

    expect(await one.noted()).toMatchObject({ pulseSentAt: START });
  });
});

describe('pulses after a time without any', () => {
  test('are noted with when they were read again, by whichever process', async () => {
    const shared = memoryTables();
    const [before, after] = [process(60, shared), process(60, shared)];
    await before.note({ pulses: [START] });

    await after.clock.advance(90_001);
    await after.note({ pulses: [START + 90_001] });

    expect(await after.noted()).toMatchObject({ resumedAt: START + 90_001, pulseSentAt: START + 90_001 });
  });

  test.each([1, 2])('of a minute and a half and less go on as before, with %i processes', async (processes) => {
    const shared = memoryTables();
    const [one, other] = [process(60, shared), process(60, shared)];
    await one.note({ pulses: [START] });

    const next = processes === 1 ? one : other;
    await next.clock.advance(90_000);
    await next.note({ pulses: [START + 90_000] });

    expect(await next.noted()).toMatchObject({ resumedAt: undefined, pulseSentAt: START + 90_000 });
  });
});

describe('trouble on the way', () => {
  test('is noted at once, and before any pulse of its batch', async () => {
    const { note, noted } = process();

    await note({ failed: true, pulses: [START] });

    expect(await noted()).toMatchObject({ failedAt: START, pulseSentAt: START });
  });

  test('keeps pulses from being noted for as long as it cannot be noted itself', async () => {
    const { clock, note, noted } = process();

    await note({ failed: true });
    await clock.advance(500);
    await note({ failed: true, pulses: [START + 500] });

    expect(await noted()).toMatchObject({ failedAt: START, pulseSentAt: undefined });

    await clock.advance(500);
    await note({ pulses: [START + 1000] });

    expect(await noted()).toMatchObject({ failedAt: START + 500, pulseSentAt: START + 1000 });
  });

  test('with records of a host is noted for that host alone', async () => {
    const { note, noted } = process();

    await note({ dead: ['host1'] });

    expect([(await noted('host1')).deadAt, (await noted('host2')).deadAt]).toEqual([START, undefined]);
  });
});
