import { readFile } from 'node:fs/promises';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#adapters/memory/virtual-clock';

describe('VirtualClock', () => {
  it('stands still by itself', async () => {
    const clock = new VirtualClock(1000);

    await clock.settle();

    expect(clock.now()).toBe(1000);
  });

  it('fires timers in the order of their times, and equal times in the order they were set', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(20)), async (delays) => {
        const clock = new VirtualClock();
        const fired: number[] = [];
        for (const [index, delay] of delays.entries()) clock.timer(delay, () => fired.push(index));

        await clock.advance(20);

        const wanted = [...delays.entries()].toSorted(([, left], [, right]) => left - right).map(([index]) => index);
        expect(fired).toEqual(wanted);
      }),
    );
  });

  it('shows each timer its own time, and ends at the time asked for', async () => {
    const clock = new VirtualClock(0);
    const times: number[] = [];
    clock.timer(30, () => times.push(clock.now()));
    clock.timer(10, () => times.push(clock.now()));

    await clock.advance(50);

    expect([...times, clock.now()]).toEqual([10, 30, 50]);
  });

  it('lets promises settle before the next timer, which may set and cancel timers', async () => {
    const clock = new VirtualClock(0);
    const events: string[] = [];
    const cancel = clock.timer(20, () => events.push('cancelled'));
    clock.timer(10, () => {
      void Promise.resolve().then(() => {
        cancel();
        clock.timer(5, () => events.push(`set at ${clock.now()}`));
        return undefined;
      });
    });

    await clock.advance(20);

    expect(events).toEqual(['set at 15']);
  });

  it('forgets cancelled timers, however many, and cancels once', async () => {
    const clock = new VirtualClock(0);
    let fired = 0;
    const cancels = Array.from({ length: 1000 }, () => clock.timer(10, () => (fired += 1)));
    for (const cancel of cancels.slice(1)) {
      cancel();
      cancel();
    }

    await clock.advance(10);

    expect(fired).toBe(1);
  });

  it('does not move while tracked work reads a file', async () => {
    const clock = new VirtualClock(0);
    const seen: number[] = [];
    clock.timer(10, () => {
      const work = readFile(import.meta.filename).then(() => seen.push(clock.now()));
      void clock.track(work);
    });
    clock.timer(11, () => seen.push(clock.now()));

    await clock.advance(100);

    expect(seen).toEqual([10, 11]);
  });

  it('moves while tracked work sleeps', async () => {
    const clock = new VirtualClock(0);
    let woken = 0;
    const sleeper = async (): Promise<void> => {
      await clock.sleep(500);
      woken = clock.now();
    };

    await clock.runUntil(clock.track(sleeper), 1000);

    expect(woken).toBe(500);
  });

  it("does not count sleepers that are nobody's work against the work of others", async () => {
    const clock = new VirtualClock(0);
    const times: number[] = [];
    void clock.sleep(10);
    void clock.track(readFile(import.meta.filename).then(() => times.push(clock.now())));

    await clock.advance(20);

    expect(times).toEqual([0]);
  });

  it('stands still again once tracked work has slept', async () => {
    const clock = new VirtualClock(0);
    const times: number[] = [];
    const work = async (): Promise<void> => {
      await Promise.all([clock.sleep(10), clock.sleep(20)]);
      await readFile(import.meta.filename);
      times.push(clock.now());
    };
    void clock.track(work);

    await clock.advance(100);

    expect(times).toEqual([20]);
  });

  it('gives up on tracked work that never ends', async () => {
    const clock = new VirtualClock(0, 10);
    void clock.track(Promise.withResolvers<void>().promise);

    const advance = clock.advance(1);

    await expect(advance).rejects.toMatchObject({ name: 'ClockStalled' });
  });

  it('runs until a predicate holds and no further', async () => {
    const clock = new VirtualClock(0);
    let ticks = 0;
    const tick = (): void => {
      ticks += 1;
      clock.timer(10, tick);
    };
    tick();

    await clock.runUntil(() => ticks === 4, 1000);

    expect(clock.now()).toBe(30);
  });

  it('answers with the value of the promise it ran for', async () => {
    const clock = new VirtualClock(0);
    const { promise, resolve } = Promise.withResolvers<string>();
    clock.timer(10, () => resolve('done'));

    const value = await clock.runUntil(promise, 10);

    expect(value).toBe('done');
  });

  it('refuses to run for a goal that no timer can reach, or not in time', async () => {
    const clock = new VirtualClock(0);
    clock.timer(1001, () => {});

    const run = clock.runUntil(() => false, 1000);

    await expect(run).rejects.toMatchObject({ name: 'ClockStalled' });
  });
});
