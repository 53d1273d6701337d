/** States in a loop: looking at a host and waiting again are three. */
const LONGEST_LOOP = 4;

/** A visit of a state, as far as loops are found by it. */
interface Visited {
  readonly state: string;
  readonly enteredAt: number;
}

/** Visits that follow each other, as often as they were walked. */
export interface VisitLoop<T> {
  readonly visits: readonly T[];
  readonly times: number;
  /** When the visit after the last round was begun, or the last one. */
  readonly until: number;
}

/** The visits of an execution in order; those of a loop that is walked again and again are there once. */
export function visitLoops<T extends Visited>(visits: readonly T[]): VisitLoop<T>[] {
  const found: VisitLoop<T>[] = [];
  for (let at = 0; at < visits.length; ) {
    const { length, times } = loopAt(visits, at);
    const end = at + length * times;
    const until = (visits[end] ?? visits[end - 1])?.enteredAt ?? 0;
    found.push({ visits: visits.slice(at, at + length), times, until });
    at = end;
  }
  return found;
}

/** The shortest run of states at this place that is repeated right away, and how often it is walked. */
function loopAt(visits: readonly Visited[], at: number): { length: number; times: number } {
  const state = (index: number): string | undefined => visits[index]?.state;
  for (let length = 1; length <= LONGEST_LOOP; length += 1) {
    let times = 1;
    const repeats = (): boolean =>
      at + length * (times + 1) <= visits.length &&
      Array.from({ length }, (_, offset) => offset).every(
        (offset) => state(at + offset) === state(at + length * times + offset),
      );
    while (repeats()) times += 1;
    if (times > 2) return { length, times };
  }
  return { length: 1, times: 1 };
}
