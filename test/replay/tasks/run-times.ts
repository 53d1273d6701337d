import { NOW } from '../row-values.ts';
import type { Run } from './task-world.ts';

const TIME = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g;

/** Replaces the times that our clock gave in a run by `now`. */
export function withRunTimes<T>(value: T, run: Pick<Run, 'isNow'>): T {
  const told: T = JSON.parse(JSON.stringify(value).replaceAll(TIME, (time) => (run.isNow(time) ? NOW : time)));
  return told;
}
