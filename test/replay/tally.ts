import type { Difference } from './compare.ts';

/** How a set of cases came out. */
export interface Counts {
  cases: number;
  equal: number;
  different: number;
  /** Those that differ as a row of docs/parity.md says. */
  documented: number;
  unsupported: number;
}

/** A difference and where it was seen. */
export interface SeenDifference extends Difference {
  readonly file: string;
  readonly test: string;
  readonly id: string;
  readonly method: string;
}

const none = (): Counts => ({ cases: 0, equal: 0, different: 0, documented: 0, unsupported: 0 });

/** The result of a replay, as `--json` prints it. */
export class Tally {
  readonly totals: Counts = none();
  readonly methods: Record<string, Counts> = {};
  readonly differences: SeenDifference[] = [];
  /** How many cases differ as each row of docs/parity.md says. */
  readonly documented: Record<string, number> = {};
  readonly unsupported: Record<string, number> = {};

  /** Notes a case that was replayed, with the row of docs/parity.md that names all its differences. */
  replayed(
    at: { file: string; test: string; id: string; method: string },
    differences: readonly Difference[],
    row?: string,
  ): void {
    const outcome = differences.length === 0 ? 'equal' : row === undefined ? 'different' : 'documented';
    for (const counts of [this.totals, this.#method(at.method)]) {
      counts.cases++;
      counts[outcome]++;
    }
    if (outcome === 'documented' && row !== undefined) this.documented[row] = (this.documented[row] ?? 0) + 1;
    if (outcome !== 'different') return;
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
