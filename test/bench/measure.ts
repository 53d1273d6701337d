/** What a piece of work cost this process. */
export interface Cost {
  /** Processor time, user and system, of all threads. */
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** Runs the work and answers what it cost. */
export async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  const [cpu, wall] = [process.cpuUsage(), performance.now()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { cpuMs: (user + system) / 1000, wallMs: performance.now() - wall };
}

/** The middle one; of an even number the lower of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) throw new Error('nothing was measured');
  return middle;
}

/** Counts requests to the tables by operation. */
export class RequestCounter {
  #total = 0;
  readonly onRequest = (): void => {
    this.#total += 1;
  };

  /** Requests since the last take. */
  take(): number {
    const taken = this.#total;
    this.#total = 0;
    return taken;
  }
}
