import type { Json } from '#ports/json';
import { MAYBE_NOW, NOW } from './row-values.ts';

/** One place where ours is not what was recorded. */
export interface Difference {
  readonly path: string;
  readonly recorded: Json;
  readonly ours: Json;
}

/** The time in which the recorded request was served; a time in it may be our present. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** A time that is either from a message or the present, with its mark. */
const MAYBE_TIME = /\(now\?\)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/;

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** Lists of dirty fields: what Nova makes of sets. */
const UNORDERED = /(^|\.)(nova_object\.changes|obj_what_changed)$/;

/**
 * Where two values differ. Times that ours took from its clock read `now`; they equal `now`, or a recorded time within
 * the window. Dirty fields are sets.
 */
export function differencesOf(recorded: Json, ours: Json, window: Window | undefined, path = ''): Difference[] {
  if (recorded === ours) return [];
  if (typeof recorded === 'string' && recorded.includes(MAYBE_NOW) && typeof ours === 'string') {
    const either = [recorded.replace(MAYBE_NOW, ''), recorded.replace(MAYBE_TIME, NOW)];
    return either.includes(ours) ? [] : [{ path, recorded, ours }];
  }
  if (
    window !== undefined &&
    ours === NOW &&
    typeof recorded === 'string' &&
    TIME.test(recorded) &&
    within(recorded, window)
  )
    return [];
  if (Array.isArray(recorded) && Array.isArray(ours)) return inLists(recorded, ours, window, path);
  if (isMap(recorded) && isMap(ours)) return inMaps(recorded, ours, window, path);
  return [{ path, recorded, ours }];
}

function inLists(recorded: Json[], ours: Json[], window: Window | undefined, path: string): Difference[] {
  if (UNORDERED.test(path)) {
    return sortedText(recorded) === sortedText(ours) ? [] : [{ path, recorded, ours }];
  }
  if (recorded.length !== ours.length) return [{ path: `${path}.length`, recorded, ours }];
  return recorded.flatMap((item, at) => differencesOf(item, ours[at] ?? null, window, `${path}[${at}]`));
}

const sortedText = (list: Json[]): string => JSON.stringify(list.map((item) => JSON.stringify(item)).toSorted());

function inMaps(
  recorded: Record<string, Json>,
  ours: Record<string, Json>,
  window: Window | undefined,
  path: string,
): Difference[] {
  const names = new Set([...Object.keys(recorded), ...Object.keys(ours)]);
  return [...names].flatMap((name) => {
    const at = path === '' ? name : `${path}.${name}`;
    const [left, right] = [recorded[name], ours[name]];
    if (left === undefined || right === undefined) {
      return [{ path: at, recorded: left === undefined ? ABSENT : left, ours: right === undefined ? ABSENT : right }];
    }
    return differencesOf(left, right, window, at);
  });
}

/** Shown for a name that one side does not have. */
export const ABSENT = '(absent)';

const within = (time: string, window: Window): boolean => {
  const moment = Date.parse(time);
  return moment >= window.from && moment <= window.to;
};

const isMap = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
