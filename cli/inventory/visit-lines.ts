import { duration } from '#cli/output/columns';
import type { Visit } from './drawing.ts';
import { visitLoops } from './visit-loops.ts';

/** The visits of an execution, a line each; a loop that is walked again and again is shown once. */
export const visitLines = (visits: readonly Visit[], startedAt: number): string[] =>
  visitLoops(visits).flatMap(({ visits: round, times, until }) => [
    ...round.map((visit) => visitLine(visit, startedAt)),
    ...(times > 1 ? [`${''.padStart(12)}… ${times - 1} times more, until +${duration(until - startedAt)}`] : []),
  ]);

function visitLine({ state, enteredAt, leftAt, errors }: Visit, startedAt: number): string {
  const after = `+${duration(enteredAt - startedAt)}`.padStart(10);
  const took = leftAt === undefined ? 'not left' : duration(leftAt - enteredAt);
  return `${after}  ${state}, ${took}${errors.length === 0 ? '' : `, met ${errors.join(', ')}`}`;
}
