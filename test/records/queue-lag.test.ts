import { describe, expect, test } from 'vitest';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import { DEFAULTS } from '#ports/configuration';
import { liveness } from '#conductor/liveness';
import { QueueLag, queueLagKey } from '#records/queue-lag';
import { memoryTables } from '../fixtures/tables.ts';

/** Notes a message every second for a while; answers the writes, and how old the last note is just before it ends. */
async function beat(serviceDownTime: number, seconds: number) {
  const { tables, requests } = memoryTables();
  const clock = new VirtualClock(Date.parse('2026-11-22T12:00:00Z'));
  const pulse = new QueueLag({ tables, clock, config: { ...DEFAULTS, serviceDownTime } });
  for (let second = 0; second < seconds; second += 1) {
    await pulse.note('cell1', clock.now());
    await clock.advance(1000);
  }
  const writes = requests.length;
  const at = (await tables.get('cell-cell1', queueLagKey))?.['at'];
  return { writes, age: clock.now() - (typeof at === 'number' ? at : 0) };
}

describe('the pulse of a cell', () => {
  test('is noted every ten seconds with the usual service_down_time', async () => {
    expect((await beat(60, 60)).writes).toBe(6);
  });

  test('is noted no more often with a longer one', async () => {
    expect((await beat(86_400, 60)).writes).toBe(6);
  });

  test('is never older than a short service_down_time while messages flow: a silent host is then down', async () => {
    const { age } = await beat(3, 59);

    const facts = { up: false, pulseAge: age, lag: 0, backlog: 1, serviceDownTime: 3 };
    expect(liveness(facts)).toBe('down');
  });
});
