import type { Command } from 'commander';
import { hostQueue } from '#ports/host-queue';
import type { Resources } from '#ports/placement';
import { serviceItem } from '#records/items/service';
import { readProvider } from '#placement/provider-item';
import { lookedUp } from '#records/lookup';
import { cellTable, PLACEMENT, serviceKey } from '#records/keys';
import { speaksBy } from '#records/host-transports';
import { answering, type Cli } from '#cli/output/answering';
import { shown } from '#cli/output/columns';
import { hostNamed } from '#cli/inventory/hosts';
import { instancesOn } from '#cli/inventory/instances';
import { instancesInFlight } from './instances-in-flight.ts';

/** `host show HOST`: what is known of one host, and why it counts as up, down or neither. */
export function addHostShow(parent: Command, cli: Cli): void {
  const command = parent.command('show').description('Show one host').argument('<host>', 'its name');
  answering(command, cli, async ({ target, args: [name = ''] }) => {
    const { host, cell, principals } = await hostNamed(target, name);
    const item = await target.tables.get(cellTable(cell), serviceKey(host, 'nova-compute'));
    const service = item === undefined ? undefined : serviceItem(item);
    const { liveness, reason } = await target.serviceGroup.verdict(cell, host);
    const [instances, inFlight, queue, providers] = await Promise.all([
      instancesOn(target, cell, host),
      instancesInFlight(target, cell, host),
      target.queueAdmin.counts(hostQueue(cell, host)),
      lookedUp(target.tables, PLACEMENT, [host]),
    ]);
    const resources = providers.map(readProvider).map(({ provider, capacity, free }) => ({
      provider: provider.uuid,
      capacity,
      free,
    }));
    const said = service?.said;
    const ways = item === undefined ? [] : speaksBy(item);
    const data = {
      host,
      cell,
      liveness,
      reason,
      lastSeen: service?.last_seen_up ?? null,
      ways,
      disabled: service?.disabled ?? false,
      disabledReason: service?.disabled_reason ?? null,
      declared: said ?? null,
      servers: instances.length,
      inFlight,
      waiting: queue?.waiting ?? null,
      principals,
      resources,
    };
    return {
      data,
      lines: [
        `host        ${host} in ${cell}`,
        `service     ${liveness}: ${reason}`,
        `last seen   ${shown(data.lastSeen)}`,
        `speaks by   ${shown(ways.join(', '))}`,
        `enabled     ${shown(!data.disabled)}${data.disabled && data.disabledReason !== null ? `: ${data.disabledReason}` : ''}`,
        `declared    ${said === undefined ? '-' : `${said.down ? 'dead' : 'alive'} by ${said.by} at ${said.at}: ${said.reason}`}`,
        `servers     ${instances.length}, with ${inFlight.length} ${inFlight.length === 1 ? 'operation' : 'operations'} in flight`,
        `orders      ${shown(data.waiting)} waiting`,
        `principals  ${shown(principals.join(', '))}`,
        ...resources.map(({ provider, capacity, free }) => `capacity    ${provider}: ${claimedOf(capacity, free)}`),
      ],
    };
  });
}

/** What is claimed of a provider, by name: `MEMORY_MB 512 of 32768, VCPU 1 of 16`. */
const claimedOf = (capacity: Resources, free: Resources): string =>
  Object.entries(capacity)
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([name, most]) => `${name} ${most - (free[name] ?? 0)} of ${most}`)
    .join(', ');
