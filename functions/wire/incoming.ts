import { ValueError } from '#errors';
import type { Json, JsonMap } from '#ports/json';
import { plainText } from './reading.ts';

/** What Nova's columns hold of an amount. */
const MOST = 2_147_483_647;

/** Amounts that are counted, claimed or summed up: nobody has fewer than none of them. */
const AMOUNTS: ReadonlySet<string> = new Set([
  'vcpus',
  'memory_mb',
  'root_gb',
  'ephemeral_gb',
  'local_gb',
  'vcpus_used',
  'memory_mb_used',
  'local_gb_used',
  'running_vms',
]);

/** How often a resource is given: more is no ratio of anybody's. */
const RATIO = /^(?:cpu|ram|disk)_allocation_ratio$/u;
const MOST_RATIO = 10_000;

/** Who may say that a server is checked where it is: the API, of a rebuild in place. */
export interface IncomingRules {
  readonly marksStay: boolean;
}

/**
 * Goes through the arguments of a message, at any depth: hints that only a conductor gives itself, whose names begin with
 * an underscore, are taken out of what users say, and amounts are within what can be counted.
 *
 * The arguments are changed in place: they were parsed for this message alone.
 *
 * @throws ValueError for an amount that nobody can have
 */
export function checkIncoming(args: JsonMap, { marksStay }: IncomingRules): void {
  const waiting: Json[] = [args];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (value === null || typeof value !== 'object') continue;
    if (Array.isArray(value)) {
      for (const each of value) if (each !== null && typeof each === 'object') waiting.push(each);
      continue;
    }
    for (const [name, each] of Object.entries(value)) {
      if (name === 'scheduler_hints' && !marksStay) dropMarks(each);
      mustBeAmount(name, each);
      if (each !== null && typeof each === 'object') waiting.push(each);
    }
  }
}

function dropMarks(hints: Json): void {
  if (hints === null || typeof hints !== 'object' || Array.isArray(hints)) return;
  for (const name of Object.keys(hints)) if (name.startsWith('_')) delete hints[name];
}

function mustBeAmount(name: string, value: Json): void {
  const most = AMOUNTS.has(name) ? MOST : MOST_RATIO;
  if (most === MOST_RATIO && !RATIO.test(name)) return;
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number !== 'number' || (number >= 0 && number <= most)) return;
  throw new ValueError(`Field ${name}: ${plainText(value)} is not between 0 and ${most}`);
}
