import { CommandFailure, EXIT } from '#cli/deployment/failure';
import { drawn, type Line, type Table } from './columns.ts';
import { yaml } from './yaml.ts';

export const FORMATS = ['table', 'json', 'yaml', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

/** How an answer is to be printed. */
export interface Wanted {
  readonly format: Format;
  /** Headings of the columns that are shown. @default all */
  readonly columns?: readonly string[] | undefined;
  /** Of the times in tables and lines; data keeps UTC. @default UTC */
  readonly timeZone?: string | undefined;
}

/** What there is to print: data for programs, lines and tables for people. */
export interface Printed {
  readonly data: unknown;
  readonly lines: readonly Line[];
}

/**
 * The text of an answer.
 *
 * @throws CommandFailure for a column that the answer does not have, or a form that it cannot have
 */
export function textOf({ data, lines }: Printed, { format, columns: named, timeZone }: Wanted): string[] {
  const chosen = lines.map((line) => (typeof line === 'string' ? line : choose(line, named)));
  const tables = chosen.filter((line) => typeof line !== 'string');
  const [only] = tables;
  if (named !== undefined && only === undefined)
    throw new CommandFailure('--columns: there is no table in what is answered', EXIT.usage);
  // Columns are chosen by their headings, so what is printed of them are the cells under these.
  const shown = named === undefined || only === undefined ? data : records(only);
  if (format === 'json') return [JSON.stringify(shown, undefined, 2)];
  if (format === 'yaml') return yaml(shown);
  if (format === 'csv') {
    if (only === undefined || tables.length > 1)
      throw new CommandFailure('--format csv is for tables: choose json or yaml', EXIT.usage);
    return [only.heading, ...only.rows].map((cells) => cells.map(quoted).join(','));
  }
  const zoned = timeZone === undefined ? chosen : chosen.map((line) => inZone(line, timeZone));
  return zoned.flatMap((line) =>
    typeof line === 'string' ? [printable(line, IN_LINES)] : drawn(printableCells(line)),
  );
}

/**
 * What a terminal would follow, or read in another order, in place of showing it; users and hosts choose names and
 * reasons.
 */
const IN_CELLS = /[\p{Cc}\p{Bidi_Control}]/gu;
/** A text of several lines keeps its lines. */
const IN_LINES = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu;

/** A text with such characters as JSON writes them: `\\u001b`. */
export const printable = (text: string, hidden: RegExp = IN_LINES): string =>
  text.replaceAll(hidden, (sign) => `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);

const printableCells = (table: Table): Table => ({
  ...table,
  rows: table.rows.map((cells) => cells.map((cell) => printable(cell, IN_CELLS))),
});

function choose(table: Table, named: readonly string[] | undefined): Table {
  if (named === undefined) return table;
  const at = named.map((name) => {
    const found = table.heading.findIndex((title) => title.toLowerCase() === name.trim().toLowerCase());
    if (found !== -1) return found;
    const there = table.heading.filter((title) => title !== '').join(', ');
    throw new CommandFailure(`--columns ${name} is no column: choose of ${there}`, EXIT.usage);
  });
  const of = (cells: readonly string[]): string[] => at.map((each) => cells[each] ?? '');
  return { ...table, heading: of(table.heading), rows: table.rows.map(of) };
}

const records = ({ heading, rows }: Table): Record<string, string>[] =>
  rows.map((cells) => Object.fromEntries(heading.map((title, at) => [title, cells[at] ?? ''])));

/** A field of a CSV file (RFC 4180). */
const quoted = (cell: string): string => (/[",\n\r]/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

const ISO = /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z/gu;

function inZone(line: Line, timeZone: string): Line {
  const local = (text: string): string => text.replaceAll(ISO, (time) => localTime(time, timeZone));
  if (typeof line === 'string') return local(line);
  return { ...line, rows: line.rows.map((cells) => cells.map(local)) };
}

/** A time in a zone, with what it is ahead of UTC: `2026-11-29 01:10:00+01:00`. */
function localTime(time: string, timeZone: string): string {
  const date = new Date(time);
  // Users choose names, and some only look like a time.
  if (Number.isNaN(date.getTime())) return time;
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(date);
  const [, offset = ''] =
    /GMT(.*)$/u.exec(new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).format(date)) ?? [];
  return `${parts}${offset === '' ? '+00:00' : offset}`;
}

/** @throws CommandFailure for a zone that nobody knows */
export function zoneNamed(name: string): string {
  try {
    return new Intl.DateTimeFormat('en', name === 'local' ? {} : { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    throw new CommandFailure(`--time-zone ${name} is no time zone: give one like Europe/Berlin, or local`, EXIT.usage);
  }
}
