import { isUp, mayGetWork } from '#conductor/service-up';
import { describe, expect, it } from 'vitest';

const NOW = Date.parse('2026-01-01T00:01:01Z');

describe('isUp', () => {
  it.each([
    ['SVC-01 a heartbeat of 59 s ago is up', { last_seen_up: '2026-01-01T00:00:02Z' }, true],
    ['SVC-02 a heartbeat of exactly 60 s ago is up', { last_seen_up: '2026-01-01T00:00:01Z' }, true],
    ['SVC-03 a heartbeat of 61 s ago is down', { last_seen_up: '2026-01-01T00:00:00Z' }, false],
    ['SVC-04 a forced down service is down', { last_seen_up: '2026-01-01T00:01:01Z', forced_down: true }, false],
    [
      'SVC-05 a service never seen counts from its creation',
      { last_seen_up: null, created_at: '2026-01-01T00:00:56Z' },
      true,
    ],
    ['a clock that runs ahead by more than the limit is down', { last_seen_up: '2026-01-01T00:03:00Z' }, false],
    ['a service without any time is down', {}, false],
    ['a time that cannot be read is down', { last_seen_up: 'yesterday' }, false],
  ])('%s', (_, service, up) => {
    expect(isUp(service, NOW, 60)).toBe(up);
  });
});

describe('a service that was not heard lately', () => {
  const seen = { last_seen_up: '2026-01-01T00:00:00Z' };
  const at = (seconds: number): number => Date.parse(seen.last_seen_up) + seconds * 1000;
  const sent = (seconds: number | undefined, resumed?: number) => ({
    pulseSentAt: seconds === undefined ? undefined : at(seconds),
    lag: 0,
    failedAt: undefined,
    deadAt: undefined,
    resumedAt: resumed === undefined ? undefined : at(resumed),
    hiddenSeconds: 40,
  });

  it.each([
    ['may get work when it is up, whatever was read', { last_seen_up: '2026-01-01T00:00:30Z' }, undefined, true],
    ['may get work while nothing that was sent when it was due has been read', seen, sent(59), true],
    ['gets none once that has been read', seen, sent(60), false],
    ['may get work while what it sent before an outage may be hidden', seen, sent(3659, 3600), true],
    ['gets none once that has come again', seen, sent(3660, 3600), false],
    ['gets none where no pulse was ever read', seen, sent(undefined), false],
    ['gets none where nothing was ever noted', seen, undefined, false],
    ['gets none when an operator has declared it dead', { ...seen, forced_down: true }, sent(59), false],
    ['gets none when its clock runs ahead', { last_seen_up: '2026-01-01T00:03:00Z' }, sent(59), false],
    ['gets none when it has no time', {}, sent(59), false],
  ])('%s', (_, service, pulses, may) => {
    expect(mayGetWork(service, NOW, 60, pulses)).toBe(may);
  });
});
