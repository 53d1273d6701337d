import type { DemoExecution, DemoServer } from './demo-world.ts';

/** A server with the name and the time that only the demo knows. */
export interface ServerRow {
  readonly name: string;
  readonly server: DemoServer;
  /** From publishing to its final state; absent when it has none. */
  readonly milliseconds: number | undefined;
}

/** The servers, a line each. */
export const serverTable = (rows: readonly ServerRow[]): string[] =>
  table(
    ['server', 'uuid', 'cell', 'host', 'state', 'attempts', 'duration', 'fault'],
    rows.map(({ name, server, milliseconds }) => [
      name,
      server.uuid,
      server.cell ?? '-',
      server.host ?? '-',
      server.state,
      String(server.attempts),
      duration(milliseconds),
      clip(server.fault ?? '-'),
    ]),
  );

/** The executions, a line each. */
export const executionTable = (executions: readonly DemoExecution[]): string[] =>
  table(
    ['workflow', 'execution', 'status', 'outcome', 'duration'],
    executions.map(({ workflow, name, status, outcome, milliseconds }) => [
      workflow,
      clip(name),
      status,
      clip(outcome ?? '-'),
      duration(milliseconds),
    ]),
  );

/** Lines of left-aligned columns under a ruled heading. */
function table(heading: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = heading.map((title, at) => Math.max(title.length, ...rows.map((row) => (row[at] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(heading), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)];
}

const LONGEST = 60;

const clip = (text: string): string => {
  const [first = ''] = text.split('\n');
  return first.length <= LONGEST ? first : `${first.slice(0, LONGEST - 1)}…`;
};

const duration = (milliseconds: number | undefined): string =>
  milliseconds === undefined ? '-' : `${(milliseconds / 1000).toFixed(1)} s`;
