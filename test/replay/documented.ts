import type { Difference } from './compare.ts';
import { KNOWN, type Known } from './documented-cases.ts';

/** Where a case stands. */
interface Place {
  readonly test: string;
  readonly method: string;
}

/**
 * The row of docs/parity.md that names all differences of a case, and no other; undefined where one of them is not
 * named, or where one that is named was not seen.
 */
export function documentedRow({ test, method }: Place, differences: readonly Difference[]): string | undefined {
  return KNOWN.find(
    (known) => test.endsWith(`.${known.test}`) && method === known.method && explains(known, differences),
  )?.row;
}

function explains({ differs }: Known, differences: readonly Difference[]): boolean {
  const isDocumented = ({ path, recorded, ours }: Difference): boolean =>
    differs.some(([at, theirs, own]) => at.test(path) && matches(theirs, recorded) && matches(own, ours));
  const isSeen = ([at]: Known['differs'][number]): boolean => differences.some(({ path }) => at.test(path));
  return differences.length > 0 && differences.every(isDocumented) && differs.every(isSeen);
}

const matches = (pattern: RegExp, value: Difference['ours']): boolean => pattern.test(JSON.stringify(value));
