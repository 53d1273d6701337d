import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SystemClock } from '#adapters/system/clock';

const DAY = 24 * 3600 * 1000;

describe('SystemClock', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('reads the time of the machine', () => {
    const clock = new SystemClock();

    const now = clock.now();

    expect(now).toBe(1000);
  });

  it('fires after a delay longer than setTimeout takes', () => {
    const fired = vi.fn<() => void>();
    new SystemClock().timer(60 * DAY, fired);

    vi.advanceTimersByTime(60 * DAY - 1);
    const before = fired.mock.calls.length;
    vi.advanceTimersByTime(1);

    expect([before, fired.mock.calls.length]).toEqual([0, 1]);
  });

  it('does not fire a cancelled timer, even in its second stretch', () => {
    const fired = vi.fn<() => void>();
    const cancel = new SystemClock().timer(60 * DAY, fired);

    vi.advanceTimersByTime(40 * DAY);
    cancel();
    vi.advanceTimersByTime(40 * DAY);

    expect(fired).not.toHaveBeenCalled();
  });
});
