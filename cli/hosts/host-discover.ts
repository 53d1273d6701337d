import type { Command } from 'commander';
import { lookedUp } from '#records/lookup';
import { cellTable, hostMappingKey, MAPPINGS } from '#records/keys';
import { answering, type Cli } from '#cli/output/answering';
import { cellNamed, cellRows, withoutCell0, type CellRow } from '#cli/inventory/cells';
import { addHost } from '#cli/inventory/hosts';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { serviceItem } from '#records/items/service';

/**
 * `host discover`: maps hosts whose compute services have registered in a cell (nova-manage cell_v2 discover_hosts).
 */
export function addHostDiscover(parent: Command, cli: Cli): void {
  const command = parent
    .command('discover')
    .description('Map the hosts that registered themselves with a cell and are mapped nowhere')
    .option('--cell <cell>', 'in this cell only')
    .option('--dry-run', 'only show');
  answering(command, cli, async ({ target, option, flag }) => {
    const name = option('cell');
    const cells = name === undefined ? withoutCell0(await cellRows(target)) : [await cellNamed(target, name)];
    const found = (await Promise.all(cells.map((cell) => unmapped(target, cell)))).flat();
    if (!flag('dryRun'))
      for (const { host, cell } of found) await addHost(target, host, cell, target.emulated ? [`host:${host}`] : []);
    const verb = flag('dryRun') ? 'would be mapped' : 'is mapped';
    const hint =
      target.emulated || found.length === 0
        ? []
        : ['give each its principal: conductor host add HOST --cell CELL --role NAME'];
    return {
      data: found.map(({ host, cell }) => ({ host, cell: cell.name, mapped: !flag('dryRun') })),
      lines:
        found.length === 0
          ? ['every registered host is mapped']
          : [...found.map(({ host, cell }) => `host ${host} ${verb} to ${cell.name}`), ...hint],
    };
  });
}

async function unmapped(target: DeploymentTarget, cell: CellRow): Promise<{ host: string; cell: CellRow }[]> {
  const services = await lookedUp(target.tables, cellTable(cell.name), ['service#nova-compute']);
  const hosts = services.flatMap((item) => serviceItem(item).host ?? []);
  const mappings = await Promise.all(hosts.map((host) => target.tables.get(MAPPINGS, hostMappingKey(host))));
  return hosts.filter((_, at) => mappings[at] === undefined).map((host) => ({ host, cell }));
}
