/**
 * What of cases is not compared with anything that was recorded, by what it is, and of how many cases: a difference
 * there would not be seen. Printed at the end of a run.
 */
export const notCompared = new Map<string, number>();

/** Notes once for a case that this of it is not compared. */
export function leaveOut(what: string): void {
  notCompared.set(what, (notCompared.get(what) ?? 0) + 1);
}
