import type { Difference } from './compare.ts';

/** How a set of cases came out. */
export interface Counts {
  cases: number;
  equal: number;
  different: number;
  unsupported: number;
}

/** A difference and where it was seen. */
export interface SeenDifference extends Difference {
  readonly file: string;
  readonly test: string;
  readonly id: string;
  readonly method: string;
}

const none = (): Counts => ({ cases: 0, equal: 0, different: 0, unsupported: 0 });

/** The result of a replay, as `--json` prints it. */
export class Tally {
  readonly totals: Counts = none();
  readonly methods: Record<string, Counts> = {};
  readonly differences: SeenDifference[] = [];
  readonly unsupported: Record<string, number> = {};

  /** Notes a case that was replayed. */
  replayed(at: { file: string; test: string; id: string; method: string }, differences: readonly Difference[]): void {
    const outcome = differences.length === 0 ? 'equal' : 'different';
    for (const counts of [this.totals, this.#method(at.method)]) {
      counts.cases++;
      counts[outcome]++;
    }
    this.differences.push(...differences.map((difference) => ({ ...at, ...difference })));
  }

  /** Notes a case that cannot be replayed. */
  refused(method: string, reason: string): void {
    for (const counts of [this.totals, this.#method(method)]) {
      counts.cases++;
      counts.unsupported++;
    }
    this.unsupported[reason] = (this.unsupported[reason] ?? 0) + 1;
  }

  #method(name: string): Counts {
    return (this.methods[name] ??= none());
  }
}
