/** Columns under a heading, before it is decided in which form they are printed. */
export interface Table {
  readonly heading: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What is said where there is no row. */
  readonly none: string;
}

/** A line of text, or a table among the lines. */
export type Line = string | Table;

export const columns = (heading: readonly string[], rows: readonly (readonly string[])[], none = 'none'): Table => ({
  heading,
  rows,
  none,
});

/** Lines of left-aligned columns under a heading; an empty table is one line that says so. */
export function drawn({ heading, rows, none }: Table): string[] {
  if (rows.length === 0) return [none];
  const widths = heading.map((title, at) =>
    rows.reduce((most, row) => Math.max(most, widthOf(row[at] ?? '')), title.length),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => cell + ' '.repeat(Math.max(0, (widths[at] ?? 0) - widthOf(cell))))
      .join('  ')
      .trimEnd();
  return [line(heading.map((title) => title.toUpperCase())), ...rows.map(line)];
}

/** Signs that take two columns of a terminal: those of East Asia, and pictures. */
const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}/u;
/** Printable ASCII, of which each sign takes one. */
const PLAIN = /^[ -~]*$/u;
const SIGNS = new Intl.Segmenter();

/** Columns of a terminal that a text takes. */
function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  return [...SIGNS.segment(text)].reduce((sum, { segment }) => sum + (WIDE.test(segment) ? 2 : 1), 0);
}

/** A value for people: a dash where there is none. */
export function shown(value: unknown): string {
  if (value === null || value === undefined || value === '') return '-';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return JSON.stringify(value);
}

/** Milliseconds for people: `0.4 s`, `2 min 5 s`, `3 h 2 min`, `4 d 1 h`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
