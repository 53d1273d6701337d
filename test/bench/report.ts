/** A cell of a table: a number is rounded for people and kept whole in JSON; null is a dash. */
export type Cell = string | number | null;

/** One table of results. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** What is included in the figures and what is not. */
  readonly notes: readonly string[];
}

/** What one part of the bench found. */
export interface Report {
  readonly part: string;
  readonly tables: readonly Table[];
  /** Aims that were not reached, a sentence each. */
  readonly missed: readonly string[];
}

/** A sentence when a figure is above its aim; none when it is within, or there is no aim. */
export const missedAim = (what: string, figure: number, aim: number | undefined, unit: string): string[] =>
  aim === undefined || figure <= aim ? [] : [`${what}: ${rounded(figure)} ${unit}, aim ${rounded(aim)}`];

/** How many times a figure of the original is ours. */
export const ratio = (original: number, ours: number): string => `${rounded(original / ours)} x`;

/** The table as lines of text, numbers to the right. */
export function tableLines({ title, columns, rows, notes }: Table): string[] {
  const texts = rows.map((row) => row.map(cellText));
  const widths = columns.map((column, at) => Math.max(column.length, ...texts.map((row) => row[at]?.length ?? 0)));
  const numeric = columns.map((_, at) =>
    rows.every((row) => typeof row[at] !== 'string' || /^[\d.]+ x$/u.test(row[at])),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => (numeric[at] === true ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  return [title, line(columns), widths.map((width) => '-'.repeat(width)).join('  '), ...texts.map(line), ...notes];
}

const cellText = (cell: Cell): string => (typeof cell === 'number' ? rounded(cell) : (cell ?? '-'));

/** Three digits that mean something. */
const rounded = (value: number): string =>
  value >= 100 || Number.isInteger(value) ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
