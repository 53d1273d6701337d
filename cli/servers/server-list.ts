import type { Command } from 'commander';
import { allPages } from '#records/all-pages';
import { statusPartitions } from '#records/instance-index';
import { lookedUp } from '#records/lookup';
import type { Item } from '#ports/tables';
import { actionKey, cellTable } from '#records/keys';
import { answering, type Asked, type Cli } from '#cli/output/answering';
import { cellNamed, cellRows, type CellRow } from '#cli/inventory/cells';
import { limitOf, momentOf, oneOf, sorted } from '#cli/inventory/choosing';
import { columns, duration, shown } from '#cli/output/columns';
import { hostNamed } from '#cli/inventory/hosts';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { instanceRow, instancesOfCell, VM_STATES, type InstanceRow } from '#cli/inventory/instances';

/** What servers may be asked for: Nova's vm_states, and those that something is going on with. */
const STATES = [...VM_STATES, 'transition'] as const;
type State = (typeof STATES)[number];

const SORTED = ['uuid', 'name', 'cell', 'host', 'state', 'changed', 'created', 'project'] as const;

/** `server list`: by state, host and cell it reads an index or one cell, and not everything. */
export function addServerList(parent: Command, cli: Cli): void {
  const command = parent
    .command('list')
    .description('List servers')
    .option('--state <state>', 'vm_state, or "transition" for those that something is going on with')
    .option('--host <host>', 'on this host')
    .option('--cell <cell>', 'in this cell (cell0 holds those that no host could take)')
    .option('--project <id>', 'of this project')
    .option('--name <text>', 'with this in their name, whatever the case')
    .option('--flavor <name>', 'of this flavor')
    .option('--request <id>', 'that this request did something to (req-…)')
    .option('--changed-since <time>', 'changed since this time, or in so long a time: 2h')
    .option('--changed-before <time>', 'not changed since this time, or for so long')
    .option('--sort <key>', `by ${SORTED.join(', ')}; with :desc the other way round`, 'cell')
    .option('--limit <number>', 'at most so many')
    .option('--deleted', 'deleted ones as well')
    .option('--hidden', 'with --host or --state transition: what is kept of servers that another cell shows as well');
  answering(command, cli, async (asked) => {
    const now = asked.target.clock.now();
    const limit = asked.option('limit');
    const most = limit === undefined ? undefined : limitOf(limit);
    const found = await instances(asked);
    const rows = sorted(found, asked.option('sort') ?? 'cell', SORTED, sortedBy).slice(0, most);
    return {
      data: rows,
      lines: [
        columns(
          ['uuid', 'name', 'cell', 'host', 'state', 'task', 'changed', 'waits for'],
          rows.map((row) => [
            row.uuid,
            shown(row.name),
            row.cell,
            shown(row.host),
            row.deleted ? `${row.vmState} (deleted)` : row.vmState,
            shown(row.taskState),
            row.updatedAt === null ? '-' : `${duration(now - Date.parse(row.updatedAt))} ago`,
            // The workflow alone: `server show` and --json name the execution, which `execution show UUID` finds.
            row.owners.map((owner) => owner.split('/')[0]).join(', ') || '-',
          ]),
          'no server',
        ),
      ],
    };
  });
}

const sortedBy = (row: InstanceRow, key: (typeof SORTED)[number]): string | null =>
  ({
    uuid: row.uuid,
    name: row.name,
    cell: `${row.cell} ${row.uuid}`,
    host: row.host,
    state: row.vmState,
    changed: row.updatedAt,
    created: row.createdAt,
    project: row.project,
  })[key];

async function instances(asked: Asked): Promise<InstanceRow[]> {
  const { target, option } = asked;
  const [host, cell, given] = [option('host'), option('cell'), option('state')];
  const state = given === undefined ? undefined : oneOf(given, STATES, '--state');
  const wanted = filterOf(asked, host, state);
  const cells = await cellsOf(target, host, cell);
  const found = await Promise.all(
    cells.map(async (each) => (await itemsOf(target, each, host, state)).map((item) => instanceRow(each.name, item))),
  );
  const rows = found.flat().filter(wanted);
  const request = option('request');
  return request === undefined ? rows : touchedBy(target, rows, request);
}

/** What a row has to be; an option that cannot be understood is refused before anything is read. */
function filterOf({ target, option, flag }: Asked, host: string | undefined, state: State | undefined) {
  const now = target.clock.now();
  const moment = (name: string, label: string): number | undefined => {
    const text = option(name);
    return text === undefined ? undefined : momentOf(text, now, label);
  };
  const since = moment('changedSince', '--changed-since') ?? -Infinity;
  const before = moment('changedBefore', '--changed-before') ?? Infinity;
  const [project, name, flavor] = [option('project'), option('name')?.toLowerCase(), option('flavor')];
  return (row: InstanceRow): boolean => {
    const changed = Date.parse(row.updatedAt ?? '');
    return (
      (flag('hidden') || !row.hidden) &&
      (flag('deleted') || state === 'deleted' || !row.deleted) &&
      (host === undefined || row.host === host) &&
      (state === undefined || isIn(row, state)) &&
      (project === undefined || row.project === project) &&
      (name === undefined || (row.name ?? '').toLowerCase().includes(name)) &&
      (flavor === undefined || row.flavor === flavor) &&
      (since === -Infinity || changed >= since) &&
      (before === Infinity || changed < before)
    );
  };
}

/** Keys that one batch takes. */
const BATCH = 100;

/** Those of the servers that have an action of this request. */
async function touchedBy(
  target: DeploymentTarget,
  rows: readonly InstanceRow[],
  request: string,
): Promise<InstanceRow[]> {
  const touched: InstanceRow[] = [];
  for (let from = 0; from < rows.length; from += BATCH) {
    const some = rows.slice(from, from + BATCH);
    const keys = some.map(({ cell, uuid }) => ({ table: cellTable(cell), key: actionKey(uuid, request) }));
    const actions = await target.tables.batchGet(keys);
    touched.push(...some.filter((_, at) => actions[at] !== undefined));
  }
  return touched;
}

async function cellsOf(
  target: DeploymentTarget,
  host: string | undefined,
  cell: string | undefined,
): Promise<CellRow[]> {
  const name = cell ?? (host === undefined ? undefined : (await hostNamed(target, host)).cell);
  return name === undefined ? cellRows(target) : [await cellNamed(target, name)];
}

async function itemsOf(
  target: DeploymentTarget,
  cell: CellRow,
  host: string | undefined,
  state: State | undefined,
): Promise<Item[]> {
  const table = cellTable(cell.name);
  if (host !== undefined)
    return allPages(target.tables, table, { index: 'by-host', partition: host, sortPrefix: 'instance#' });
  // A server that is on a host is looked up by its state only while something is going on with it.
  if (state !== 'deleted' && state !== 'transition') return instancesOfCell(target, cell);
  return lookedUp(target.tables, table, statusPartitions(state));
}

const isIn = (row: InstanceRow, state: State): boolean => {
  if (state === 'transition') return row.taskState !== null || row.vmState === 'building';
  return state === 'deleted' ? row.deleted : row.vmState === state;
};
