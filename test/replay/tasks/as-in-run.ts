import { NOW } from '../row-values.ts';
import type { Run } from './task-world.ts';

const TIME = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g;

const UUID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;

/** Replaces the times that our clock gave in a run by `now`, and uuids that we made up by those that Nova did. */
export function asInRun<T>(value: T, run: Pick<Run, 'isNow' | 'aliases'>): T {
  const renamed: T = JSON.parse(
    JSON.stringify(value)
      .replaceAll(TIME, (time) => (run.isNow(time) ? NOW : time))
      .replaceAll(UUID, (uuid) => run.aliases.get(uuid) ?? uuid),
  );
  return renamed;
}
