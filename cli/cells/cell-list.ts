import type { Command } from 'commander';
import { cellQueue } from '#ports/host-queue';
import { answering, type Cli } from '#cli/output/answering';
import { cellRows, mappedTo } from '#cli/inventory/cells';
import { columns, shown } from '#cli/output/columns';

/** `cell list`: every cell with its hosts and what waits in its conductor queue. */
export function addCellList(parent: Command, cli: Cli): void {
  const command = parent.command('list').description('List cells');
  answering(command, cli, async ({ target }) => {
    const rows = await Promise.all(
      (await cellRows(target)).map(async (cell) => ({
        ...cell,
        hosts: (await mappedTo(target, cell.uuid, 'host')).length,
        waiting: (await target.queueAdmin.counts(cellQueue(cell.name)))?.waiting ?? null,
      })),
    );
    return {
      data: rows,
      lines: [
        columns(
          ['id', 'name', 'uuid', 'hosts', 'waiting', 'disabled'],
          rows.map(({ id, name, uuid, hosts, waiting, disabled }) =>
            [id, name, uuid, hosts, waiting, disabled].map(shown),
          ),
          'there is no cell: create one with conductor cell create NAME',
        ),
      ],
    };
  });
}
