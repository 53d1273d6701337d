import type { Command } from 'commander';
import { allPages } from '#records/all-pages';
import { cellTable, serviceKey } from '#records/keys';
import { hostQueue } from '#ports/host-queue';
import { answering, type Cli } from '#cli/output/answering';
import { cellNamed, cellRows, mappedTo, withoutCell0, type CellRow } from '#cli/inventory/cells';
import { columns, duration, shown } from '#cli/output/columns';
import { hostRow, type HostRow } from '#cli/inventory/hosts';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { serviceItem } from '#records/items/service';

/** `host list`: hosts with the state of their compute services, their servers and what waits for them. */
export function addHostList(parent: Command, cli: Cli): void {
  const command = parent.command('list').description('List hosts').option('--cell <cell>', 'of this cell only');
  answering(command, cli, async ({ target, option }) => {
    const name = option('cell');
    const cells = name === undefined ? withoutCell0(await cellRows(target)) : [await cellNamed(target, name)];
    const rows = (await Promise.all(cells.map((cell) => hostsOf(target, cell)))).flat();
    return {
      data: rows,
      lines: [
        columns(
          ['host', 'cell', 'service', 'enabled', 'last seen', 'servers', 'waiting', 'principals', 'why'],
          rows.map((row) => [
            row.host,
            row.cell,
            row.service,
            row.service === 'unregistered' ? '-' : shown(!row.disabled),
            row.seenAgo === null ? '-' : `${duration(row.seenAgo)} ago`,
            shown(row.servers),
            shown(row.waiting),
            row.principals.join(', '),
            // The whole reason is in `host show` and in --json: a table of whole sentences wraps.
            row.service === 'up' ? '-' : shown(row.reason.split(',')[0]),
          ]),
          'there is no host: add one with conductor host add HOST --cell CELL',
        ),
      ],
    };
  });
}

interface ListedHost extends HostRow {
  /** `up`, `down`, `unknown` (no evidence), or `unregistered`. */
  readonly service: string;
  /** What that follows from. */
  readonly reason: string;
  readonly disabled: boolean;
  /** Milliseconds since its last heartbeat. */
  readonly seenAgo: number | null;
  readonly servers: number;
  readonly waiting: number | null;
}

async function hostsOf(target: DeploymentTarget, cell: CellRow): Promise<ListedHost[]> {
  const hosts = (await mappedTo(target, cell.uuid, 'host')).map(hostRow);
  return Promise.all(hosts.map((host) => listed(target, host)));
}

async function listed(target: DeploymentTarget, row: HostRow): Promise<ListedHost> {
  const { host, cell } = row;
  const table = cellTable(cell);
  const service = await target.tables.get(table, serviceKey(host, 'nova-compute'));
  const instances = await allPages(target.tables, table, {
    index: 'by-host',
    partition: host,
    sortPrefix: 'instance#',
  });
  const found = service && serviceItem(service);
  const there = found !== undefined && !found.deleted;
  const seen = Date.parse(found?.last_seen_up ?? found?.created_at ?? '');
  return {
    ...row,
    ...(await verdict(target, cell, host, there)),
    disabled: found?.disabled === true,
    seenAgo: there && Number.isFinite(seen) ? Math.max(0, target.clock.now() - seen) : null,
    servers: instances.length,
    waiting: (await target.queueAdmin.counts(hostQueue(cell, host)))?.waiting ?? null,
  };
}

async function verdict(
  target: DeploymentTarget,
  cell: string,
  host: string,
  registered: boolean,
): Promise<Pick<ListedHost, 'service' | 'reason'>> {
  if (!registered) return { service: 'unregistered', reason: 'its compute service has never started' };
  const { liveness, reason } = await target.serviceGroup.verdict(cell, host);
  return { service: liveness, reason };
}
