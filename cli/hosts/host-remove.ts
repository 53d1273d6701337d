import type { Command } from 'commander';
import { isoSeconds } from '#conductor/time';
import { exists } from '#ports/conditions';
import { hostQueue } from '#ports/host-queue';
import { ConditionFailed, type AttributesOf } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { lookedUp } from '#records/lookup';
import { cellTable, hostMappingKey, MAPPINGS, PLACEMENT, serviceKey } from '#records/keys';
import { answering, type Answer, type Cli } from '#cli/output/answering';
import { CommandFailure } from '#cli/deployment/failure';
import { hostNamed } from '#cli/inventory/hosts';
import { silence } from '#cli/inventory/principals';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { readProvider } from '#placement/provider-item';
import type { ServiceItem } from '#records/items/service';

/** `host remove HOST`: takes an empty host out; its queue goes with what is in it. */
export function addHostRemove(parent: Command, cli: Cli): void {
  const command = parent
    .command('remove')
    .description('Take a host without servers out: provider, service, queue, principals, mapping')
    .argument('<host>', 'its name');
  answering(command, cli, ({ target, args: [host = ''] }) => removeHost(target, host));
}

async function removeHost(target: DeploymentTarget, name: string): Promise<Answer> {
  const { host, cell, principals } = await hostNamed(target, name);
  const table = cellTable(cell);
  const instances = await allPages(target.tables, table, {
    index: 'by-host',
    partition: host,
    sortPrefix: 'instance#',
  });
  if (instances.length > 0)
    throw new CommandFailure(
      `host ${host} has ${instances.length} servers: move them, see conductor server list --host ${host} --hidden`,
    );
  const providers = await lookedUp(target.tables, PLACEMENT, [host]);
  for (const provider of providers) {
    const { uuid } = readProvider(provider).provider;
    if (!(await target.placement.deleteProvider(uuid)))
      throw new CommandFailure(`claims are held on host ${host} (provider ${uuid}): see conductor audit`);
  }
  await forgetService(target, table, host);
  const queue = hostQueue(cell, host);
  await target.queueAdmin.delete(queue);
  for (const principal of principals) await silence(target, principal, host);
  // Last, so that whoever is interrupted can run it again.
  await target.tables.delete(MAPPINGS, hostMappingKey(host));
  return { data: { host, cell, removed: true }, lines: [`host ${host} is removed from ${cell}`] };
}

async function forgetService(target: DeploymentTarget, table: string, host: string): Promise<void> {
  const remove = ['by_host', 'by_host_sort', 'lookup', 'lookup_sort'] as const;
  const set: AttributesOf<ServiceItem> = { deleted: true, deleted_at: isoSeconds(target.clock.now()) };
  const nodes = await allPages(target.tables, table, {
    index: 'by-host',
    partition: host,
    sortPrefix: 'compute-node#',
  });
  for (const key of [serviceKey(host, 'nova-compute'), ...nodes.map(({ pk, sk }) => ({ pk, sk }))]) {
    try {
      await target.tables.update(table, key, { set, remove }, exists);
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
    }
  }
}
