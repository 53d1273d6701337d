import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds between two looks. */
const LOOK = 200;

/**
 * Seconds that anything may take: a compute needs twenty to start alone, and minutes on a machine that has other work.
 */
export const LONGEST_SECONDS = 600;

/** Looks until something is there; a busy machine takes its time. @throws Error that names it after so many seconds */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | false | undefined>,
  seconds = LONGEST_SECONDS,
  state: () => Promise<string> = async () => '',
): Promise<T> {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== false && found !== undefined) return found;
    if (Date.now() > until) throw new Error(`${what}: not within ${seconds} s. ${await state()}`);
    await pause(LOOK);
  }
}
