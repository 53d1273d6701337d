import type { Command } from 'commander';
import { allPages } from '#records/all-pages';
import { statusPartitions } from '#records/instance-index';
import { lookedUp } from '#records/lookup';
import { cellTable } from '#records/keys';
import { answering, type Asked, type Cli } from '#cli/output/answering';
import { cellNamed, cellRows, type CellRow } from '#cli/inventory/cells';
import { columns, duration, shown } from '#cli/output/columns';
import { hostNamed } from '#cli/inventory/hosts';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { serverRow, serversOfCell, type ServerRow } from '#cli/inventory/servers';

/** `server list`: by state, host and cell; by host or state it reads the index and not the whole cell. */
export function addServerList(parent: Command, cli: Cli): void {
  const command = parent
    .command('list')
    .description('List servers')
    .option('--state <state>', 'vm_state, or "transition" for those that something is going on with')
    .option('--host <host>', 'on this host')
    .option('--cell <cell>', 'in this cell (cell0 holds those that no host could take)')
    .option('--deleted', 'deleted ones as well');
  answering(command, cli, async (asked) => {
    const rows = (await servers(asked)).filter(({ deleted }) => asked.flag('deleted') || !deleted);
    const now = asked.target.clock.now();
    return {
      data: rows,
      lines: columns(
        ['uuid', 'name', 'cell', 'host', 'state', 'task', 'changed', 'waits for'],
        rows.map((row) => [
          row.uuid,
          shown(row.name),
          row.cell,
          shown(row.host),
          row.deleted ? `${row.vmState} (deleted)` : row.vmState,
          shown(row.taskState),
          row.updatedAt === null ? '-' : `${duration(now - Date.parse(row.updatedAt))} ago`,
          row.owners.join(', ') || '-',
        ]),
        'no server',
      ),
    };
  });
}

async function servers({ target, option }: Asked): Promise<ServerRow[]> {
  const [host, cell, state] = [option('host'), option('cell'), option('state')];
  const cells = await cellsOf(target, host, cell);
  const found = await Promise.all(
    cells.map(async (each) => (await itemsOf(target, each, host, state)).map((item) => serverRow(each.name, item))),
  );
  return found
    .flat()
    .filter((row) => (host === undefined || row.host === host) && (state === undefined || isIn(row, state)))
    .toSorted((a, b) => a.cell.localeCompare(b.cell) || a.uuid.localeCompare(b.uuid));
}

async function cellsOf(
  target: DeploymentTarget,
  host: string | undefined,
  cell: string | undefined,
): Promise<CellRow[]> {
  const name = cell ?? (host === undefined ? undefined : (await hostNamed(target, host)).cell);
  return name === undefined ? cellRows(target) : [await cellNamed(target, name)];
}

function itemsOf(target: DeploymentTarget, cell: CellRow, host: string | undefined, state: string | undefined) {
  const table = cellTable(cell.name);
  if (host !== undefined)
    return allPages(target.tables, table, { index: 'by-host', partition: host, sortPrefix: 'instance#' });
  if (state !== undefined && state !== 'building') return lookedUp(target.tables, table, statusPartitions(state));
  return serversOfCell(target, cell);
}

const isIn = (row: ServerRow, state: string): boolean =>
  state === 'transition' ? row.taskState !== null || row.vmState === 'building' : row.vmState === state;
