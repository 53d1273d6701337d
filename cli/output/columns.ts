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
  const widths = heading.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(heading.map((title) => title.toUpperCase())), ...rows.map(line)];
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
