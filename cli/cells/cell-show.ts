import type { Command } from 'commander';
import { CELL0_UUID, cellTable } from '#records/keys';
import { cellQueue } from '#ports/host-queue';
import { answering, type Cli } from '#cli/output/answering';
import { cellNamed, mappedTo } from '#cli/inventory/cells';
import { shown } from '#cli/output/columns';
import { hostMappingItem } from '#records/items/mapping';

/** `cell show NAME`: the mapping, and whether what it names is there. */
export function addCellShow(parent: Command, cli: Cli): void {
  const command = parent.command('show').description('Show a cell').argument('<name>', 'name of the cell');
  answering(command, cli, async ({ target, args: [name = ''] }) => {
    const cell = await cellNamed(target, name);
    const hosts = await mappedTo(target, cell.uuid, 'host');
    const instances = await mappedTo(target, cell.uuid, 'instance');
    const queue = cell.uuid === CELL0_UUID ? undefined : await target.queueAdmin.counts(cellQueue(name));
    const data = {
      ...cell,
      table: `${target.deployment}-${cellTable(name)}`,
      queue: queue ?? null,
      hosts: hosts.map((host) => hostMappingItem(host).host ?? ''),
      servers: instances.length,
    };
    const waiting = queue && `${queue.waiting} waiting, ${queue.inFlight} in hand`;
    const missing =
      cell.uuid === CELL0_UUID ? 'none: servers in cell0 have no host' : `missing: deploy the stack of ${name}`;
    return {
      data,
      lines: [
        `cell       ${cell.name} (id ${cell.id})`,
        `uuid       ${cell.uuid}`,
        `disabled   ${shown(cell.disabled)}`,
        `table      ${data.table}`,
        `queue      ${waiting ?? missing}`,
        `hosts      ${data.hosts.join(', ') || '-'}`,
        `servers    ${instances.length}`,
      ],
    };
  });
}
