import { createHash } from 'node:crypto';
import type jsonata from 'jsonata';
import type { Clock } from '#ports/clock';

/** What expressions may ask of the world around the execution. */
export interface ExpressionWorld {
  readonly clock: Clock;
  /** A number from 0 up to, not including, 1. */
  readonly random: () => number;
}

const HASHES: ReadonlyMap<string, string> = new Map(
  ['MD5', 'SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'].map((name) => [name, name.toLowerCase().replace('-', '')]),
);

/**
 * Gives an expression the functions that the service adds to JSONata, and takes away `$eval`, which it does not offer.
 * Chance and time come from the runner, so that a run can be repeated.
 */
export function registerFunctions(expression: jsonata.Expression, world: ExpressionWorld): void {
  expression.registerFunction('partition', partition);
  expression.registerFunction('range', range);
  expression.registerFunction('parse', (text: string): unknown => JSON.parse(text));
  expression.registerFunction('hash', hash);
  expression.registerFunction('random', () => world.random());
  expression.registerFunction('uuid', () => uuid(world.random));
  expression.registerFunction('millis', () => world.clock.now());
  expression.registerFunction('now', () => new Date(world.clock.now()).toISOString());
  expression.assign('eval', undefined);
}

function partition(items: unknown[] | undefined, size: number): unknown[][] | undefined {
  if (items === undefined) return undefined;
  if (!Number.isInteger(size) || size < 1) throw new RangeError('the size of a partition is a positive integer');
  const parts: unknown[][] = [];
  for (let start = 0; start < items.length; start += size) parts.push(items.slice(start, start + size));
  return parts;
}

/** One element comes out bare, as the service has it. */
function range(first: number, last: number, step: number): number[] | number {
  if (step === 0) throw new RangeError('the step of a range is not zero');
  const numbers: number[] = [];
  for (let value = first; step > 0 ? value <= last : value >= last; value += step) {
    numbers.push(value);
    if (numbers.length > 1000) throw new RangeError('a range has at most 1000 elements');
  }
  const [only] = numbers;
  return only !== undefined && numbers.length === 1 ? only : numbers;
}

function hash(text: string | undefined, algorithm: string): string | undefined {
  const name = HASHES.get(algorithm);
  if (name === undefined) throw new RangeError(`no hash algorithm ${algorithm}`);
  return text === undefined ? undefined : createHash(name).update(text).digest('hex');
}

/** A version 4 UUID out of the given chance. */
export function uuid(random: () => number): string {
  const hex = (length: number): string => Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
  const variant = (8 + Math.floor(random() * 4)).toString(16);
  return `${hex(8)}-${hex(4)}-4${hex(3)}-${variant}${hex(3)}-${hex(12)}`;
}
