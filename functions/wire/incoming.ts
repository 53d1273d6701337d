import { ValueError } from '#errors';
import type { Json, JsonMap } from '#ports/json';
import { plainText } from './reading.ts';

/** What Nova's columns hold of an amount. */
export const MOST_AMOUNT = 2_147_483_647;

/** What the widest of Nova's columns holds, and about the smallest fraction that a table keeps. */
const MOST_NUMBER = 2 ** 63;
const LEAST_FRACTION = 1e-100;

/** Amounts that are counted, claimed or summed up: nobody has fewer than none of them. */
export const AMOUNTS: ReadonlySet<string> = new Set([
  'vcpus',
  'memory_mb',
  'root_gb',
  'ephemeral_gb',
  'local_gb',
  'running_vms',
  'swap',
  'volume_size',
  'num_instances',
]);

/** What a compute counts as in use: for a moment, while it gives back a move, less than nothing. */
const USED: ReadonlySet<string> = new Set(['vcpus_used', 'memory_mb_used', 'local_gb_used']);

/** Maps whose names are not ours: what users, images and hypervisors write there is text. */
const TEXTS: ReadonlySet<string> = new Set(['metadata', 'scheduler_hints', 'extra_specs', 'properties', 'stats']);

/** How often a resource is given: more is no ratio of anybody's. */
const RATIO = /^(?:cpu|ram|disk)_allocation_ratio$/u;
const MOST_RATIO = 10_000;

/**
 * The mark by which an API has a server checked on the host that it has, which claims
 * nothing: of a rebuild in place alone.
 */
export const CHECK_TYPE = '_nova_check_type';

/**
 * Goes through the arguments of a message, at any depth: hints that only a conductor gives itself, whose names begin
 * with an underscore, are taken out of what users say, amounts are within what can be counted, and numbers within what
 * can be kept. A rebuild in place keeps the mark that the API gives it.
 *
 * The arguments are changed in place: they were parsed for this message alone.
 *
 * @throws ValueError for an amount that nobody can have
 */
export function checkIncoming(args: JsonMap, request: { readonly method: string; readonly args: JsonMap }): void {
  const inPlace = request.method === 'rebuild_instance' && request.args['recreate'] !== true;
  const waiting: Json[] = [args];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (value === null || typeof value !== 'object') continue;
    if (Array.isArray(value)) {
      for (const each of value) {
        if (typeof each === 'number') mustBeKept('in a list', each);
        if (each !== null && typeof each === 'object') waiting.push(each);
      }
      continue;
    }
    for (const [name, each] of Object.entries(value)) {
      if (name === 'scheduler_hints') dropMarks(each, inPlace);
      if (TEXTS.has(name)) continue;
      if (name === 'resources') mustBeAmounts(each);
      mustBeAmount(name, each);
      if (typeof each === 'number') mustBeKept(name, each);
      if (each !== null && typeof each === 'object') waiting.push(each);
    }
  }
}

function dropMarks(hints: Json, inPlace: boolean): void {
  if (hints === null || typeof hints !== 'object' || Array.isArray(hints)) return;
  for (const [name, value] of Object.entries(hints)) {
    const stays = inPlace && name === CHECK_TYPE && [value].flat().every((each) => each === 'rebuild');
    if (name.startsWith('_') && !stays) delete hints[name];
  }
}

/** Resources by their classes, whatever those are called. */
function mustBeAmounts(resources: Json): void {
  if (resources === null || typeof resources !== 'object' || Array.isArray(resources)) return;
  for (const [name, value] of Object.entries(resources))
    if (typeof value === 'number') mustBeWithin(name, value, MOST_AMOUNT);
}

function mustBeAmount(name: string, value: Json): void {
  const least = USED.has(name) ? -MOST_AMOUNT : 0;
  const most = least < 0 || AMOUNTS.has(name) ? MOST_AMOUNT : MOST_RATIO;
  if (most === MOST_RATIO && !RATIO.test(name)) return;
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number === 'number') mustBeWithin(name, number, most, least);
}

/** A number that no table takes would fail for good at each try, and its sender would hear nothing. */
function mustBeKept(name: string, value: number): void {
  mustBeWithin(name, value, MOST_NUMBER, -MOST_NUMBER);
  if (value !== 0 && Math.abs(value) < LEAST_FRACTION)
    throw new ValueError(`Field ${name}: ${plainText(value)} is too small a fraction`);
}

function mustBeWithin(name: string, value: number, most: number, least = 0): void {
  if (value >= least && value <= most) return;
  throw new ValueError(`Field ${name}: ${plainText(value)} is not between ${least} and ${most}`);
}
