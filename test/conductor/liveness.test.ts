import { describe, expect, test } from 'vitest';
import { liveness, type HeartbeatFacts } from '#conductor/liveness';

const silent: HeartbeatFacts = { up: false, pulseAge: 1000, lag: 0, backlog: 5, serviceDownTime: 60 };

describe('a host whose last heartbeat is old', () => {
  test.each([
    ['is down while the queue of its heartbeats flows', {}, 'down'],
    ['is unknown while messages wait in that queue for longer than service_down_time', { lag: 60_001 }, 'unknown'],
    ['is unknown while that queue stands still with messages in it', { pulseAge: 600_000 }, 'unknown'],
    ['is up when it is up, whatever the queue does', { up: true, lag: 600_000 }, 'up'],
  ] as const)('%s', (_title, facts, told) => {
    expect(liveness({ ...silent, ...facts })).toBe(told);
  });
});
