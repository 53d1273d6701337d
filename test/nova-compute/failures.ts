import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Moment } from '#cli/inventory/timeline';
import { errorLines } from './known-errors.ts';
import { REPORTS } from './report.ts';
import type { NovaCell } from './nova-cell.ts';

/** What is reported of the failures of the last run. */
const NOTES = join(REPORTS, 'failures.txt');

/** Lines of one log that are reported, each cut to this many characters. */
const MOST_LINES = 12;
const MOST_CHARACTERS = 400;

/** What had been said when a test began: only what came later explains its failure. */
export interface SaidBefore {
  readonly servers: number;
  readonly conductor: number;
  readonly computes: ReadonlyMap<string, number>;
}

export const saidBefore = (cell: NovaCell): SaidBefore => ({
  servers: cell.built.length,
  conductor: cell.platform.log.lines.length,
  computes: new Map(cell.computes.map((compute) => [compute.host, compute.lines().length])),
});

/** Keeps what failed, with its error and what explains it, for the end of the run. */
export function noteFailure(title: string, error: string, explained: readonly string[]): void {
  mkdirSync(REPORTS, { recursive: true });
  const first = stripVTControlCharacters(error)
    .split('\n')
    .filter((line) => line !== '')
    .slice(0, MOST_LINES);
  appendFileSync(NOTES, `${[title, ...[...first, ...explained].map((line) => `    ${cut(line)}`), ''].join('\n')}\n`);
}

/**
 * What explains a failure: the test's servers with their events and faults, the hosts, ERROR lines,
 * and what the conductor warned of.
 */
export async function explanation(cell: NovaCell, before: SaidBefore): Promise<string[]> {
  const servers = cell.built.slice(before.servers).map(async (uuid) => {
    const server = await cell.look(uuid);
    const moments = (await cell.timelineOf(uuid)).slice(-MOST_LINES);
    return [`server ${uuid}: ${JSON.stringify(server ?? 'in no cell')}`, ...moments.map(lineOf)];
  });
  const hosts = cell.computes.map(async (compute) => {
    const { liveness, reason } = await cell.verdict(compute.host);
    const state = `${compute.running ? 'runs' : 'does not run'}, ${liveness}: ${reason}`;
    const guests = [...compute.guests().keys()].join(' ');
    const said = errorLines(compute.lines().slice(before.computes.get(compute.host) ?? 0)).slice(-MOST_LINES);
    return [`${compute.host} ${state}; guests: ${guests}`, ...said.map((line) => `  ${compute.host}: ${line}`)];
  });
  const warned = cell.platform.log.lines
    .slice(before.conductor)
    .filter(({ level }) => level === 'warn' || level === 'error')
    .slice(-MOST_LINES)
    .map(({ message, fields }) => `conductor: ${message} ${JSON.stringify(fields)}`);
  return [...(await Promise.all([...servers, ...hosts])).flat(), ...warned];
}

/** What is to be printed last: which tests failed, and why. */
export function describedFailures(names: readonly string[]): string {
  const notes = existsSync(NOTES) ? readFileSync(NOTES, 'utf8') : '';
  const others = names.filter((name) => !notes.includes(name));
  return ['== what failed', '', ...others, notes].join('\n');
}

const lineOf = ({ at, what, host, text }: Moment): string => `  ${at} ${what} ${host ?? ''}: ${text}`;

const cut = (line: string): string => line.slice(0, MOST_CHARACTERS);
