import type { DemoExecution, DemoServer } from './demo-world.ts';

/** A server with the name and the time that only the demo knows. */
export interface ServerRow {
  readonly name: string;
  readonly server: DemoServer;
  /** From publishing to its final state; absent when it has none. */
  readonly milliseconds: number | undefined;
}

/** Columns of a terminal that nobody has widened. */
const WIDTH = 80;

/** The servers, a line each; a fault has a line of its own under its server. */
export function serverTable(rows: readonly ServerRow[]): string[] {
  const [heading = '', rule = '', ...lines] = table(
    ['server', 'uuid', 'cell', 'host', 'state', 'attempts', 'duration'],
    rows.map(({ name, server, milliseconds }) => [
      clip(name, 20),
      server.uuid.slice(0, 8),
      server.cell ?? '-',
      server.host ?? '-',
      server.state,
      String(server.attempts),
      duration(milliseconds),
    ]),
  );
  const faults = rows.map(({ server: { fault } }) => (fault === null ? [] : [clip(`  fault: ${fault}`, WIDTH)]));
  return [heading, rule, ...lines.flatMap((line, at) => [line, ...(faults[at] ?? [])])];
}

/** The executions, a line each. */
export const executionTable = (executions: readonly DemoExecution[]): string[] =>
  table(
    ['workflow', 'execution', 'status', 'outcome', 'duration'],
    executions.map(({ workflow, name, status, outcome, milliseconds }) => [
      workflow,
      clip(shortName(name), 20),
      status,
      clip(outcome ?? '-', 24),
      duration(milliseconds),
    ]),
  );

/** The beginnings of the request's and of the server's uuid, where a name has them. */
const shortName = (name: string): string =>
  name.replace(/^([0-9a-f]{8})[0-9a-f]{24}(?:-([0-9a-f]{8})-.*)?$/u, (_, request: string, server?: string) =>
    server === undefined ? request : `${request}-${server}`,
  );

/** Columns that stand before a line of progress. */
const INDENT = 2;

/**
 * The servers by state and task, for instance `1 active (host3), 3 building (networking on
 * host4; spawning on host1, host2)`.
 */
export function progressLine(servers: readonly DemoServer[]): string {
  const groups = [...Map.groupBy(servers, ({ state }) => state)].map(([state, group]) => {
    const tasks = [...Map.groupBy(group, ({ taskState }) => taskState)].map(([task, some]) => {
      const places = [...new Set(some.flatMap(({ host, cell }) => host ?? cell ?? []))].toSorted().join(', ');
      return [task ?? '', places].filter((part) => part !== '').join(' on ');
    });
    const where = tasks.filter((task) => task !== '').join('; ');
    return `${group.length} ${state}${where === '' ? '' : ` (${where})`}`;
  });
  return clip(groups.join(', '), WIDTH - INDENT);
}

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

/** The first line, cut to so many characters. */
const clip = (text: string, longest: number): string => {
  const [first = ''] = text.split('\n');
  return first.length <= longest ? first : `${first.slice(0, longest - 1)}…`;
};

const duration = (milliseconds: number | undefined): string =>
  milliseconds === undefined ? '-' : `${(milliseconds / 1000).toFixed(1)} s`;
