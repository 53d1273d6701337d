import { duration } from '#cli/output/columns';
import type { Visit } from './drawing.ts';

/** States in a loop: looking at a host and waiting again are three. */
const LONGEST_LOOP = 4;

/** The visits of an execution, a line each; a loop that is walked again and again is shown once. */
export function visitLines(visits: readonly Visit[], startedAt: number): string[] {
  const lines: string[] = [];
  for (let at = 0; at < visits.length; ) {
    const { length, times } = loopAt(visits, at);
    lines.push(...visits.slice(at, at + length).map((visit) => visitLine(visit, startedAt)));
    const end = at + length * times;
    const until = (visits[end] ?? visits[end - 1])?.enteredAt ?? startedAt;
    if (times > 1) lines.push(`${''.padStart(12)}… ${times - 1} times more, until +${duration(until - startedAt)}`);
    at = end;
  }
  return lines;
}

/** The shortest run of states at this place that is repeated right away, and how often it is walked. */
function loopAt(visits: readonly Visit[], at: number): { length: number; times: number } {
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

function visitLine({ state, enteredAt, leftAt, errors }: Visit, startedAt: number): string {
  const after = `+${duration(enteredAt - startedAt)}`.padStart(10);
  const took = leftAt === undefined ? 'not left' : duration(leftAt - enteredAt);
  return `${after}  ${state}, ${took}${errors.length === 0 ? '' : `, met ${errors.join(', ')}`}`;
}
