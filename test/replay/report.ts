import type { Json } from '#ports/json';
import type { SeenDifference, Tally } from './tally.ts';

/** Characters of a value that are shown. */
const SHOWN = 300;

/** A table of methods, then the first differences. */
export function readable(tally: Tally, first: number): string {
  const methods = Object.entries(tally.methods).toSorted(([, a], [, b]) => b.cases - a.cases);
  const rows = [['total', tally.totals] as const, ...methods].map(([name, counts]) =>
    [counts.cases, counts.equal, counts.different, counts.documented, counts.unsupported, ` ${name}`]
      .map((cell) => String(cell).padStart(8))
      .join(' '),
  );
  const [differences, reasons] = [counted(tally.documented), counted(tally.unsupported)];
  return [
    '   cases    equal  differ.   docum.  unsupp.  method',
    ...rows,
    ...(differences.length > 0 ? ['', 'documented in docs/parity.md:', ...differences] : []),
    ...(reasons.length > 0 ? ['', 'unsupported:', ...reasons] : []),
    ...(tally.differences.length > 0 ? ['', `the first of ${tally.differences.length} differences:`] : []),
    ...tally.differences.slice(0, first).map(shown),
    '',
  ].join('\n');
}

const counted = (counts: Readonly<Record<string, number>>): string[] =>
  Object.entries(counts).map(([name, count]) => `${String(count).padStart(8)}  ${name}`);

function shown({ file, test, id, method, path, recorded, ours }: SeenDifference): string {
  return [
    `${file} ${test} ${id}`,
    `  ${method}: ${path}`,
    `    recorded ${cut(recorded)}`,
    `    ours     ${cut(ours)}`,
  ].join('\n');
}

const cut = (value: Json): string => {
  const text = JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
};
