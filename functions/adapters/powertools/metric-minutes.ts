import { embeddedMetrics, type Measurement } from './embedded-metrics.ts';

/** Milliseconds for which values of one metric are gathered. */
const MINUTE = 60_000;

/** Values of one metric with the same dimensions that no line has yet. */
interface Gathered {
  readonly of: Omit<Measurement, 'timestamp' | 'values'>;
  /** When a line was last written of it, in epoch milliseconds. */
  written: number;
  /** When the first of the values was measured. */
  since: number;
  values: number[];
}

/**
 * Gathers the values of a metric into a line a minute. A value after a minute of silence is written at once, so that a
 * function which is seldom called loses nothing; what is gathered when an environment ends goes with it.
 */
export class MetricMinutes {
  readonly #write: (line: string) => void;
  readonly #gathered = new Map<string, Gathered>();

  /** @param write takes a line without its end */
  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  /** Takes values, and writes what is due at their time. */
  add({ values, timestamp, ...of }: Measurement): void {
    const key = JSON.stringify([of.namespace, of.metric, of.unit, of.dimensions]);
    const known = this.#gathered.get(key) ?? { of, written: -Infinity, since: timestamp, values: [] };
    if (known.values.length === 0) known.since = timestamp;
    known.values.push(...values);
    this.#gathered.set(key, known);
    for (const each of this.#gathered.values())
      if (each.values.length > 0 && timestamp - each.written >= MINUTE) this.#flush(each, timestamp);
  }

  #flush(gathered: Gathered, now: number): void {
    const { of, since, values } = gathered;
    gathered.written = now;
    gathered.values = [];
    for (const line of embeddedMetrics({ ...of, values, timestamp: since })) this.#write(line);
  }
}
