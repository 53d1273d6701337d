import type { Command } from 'commander';
import { hostQueue } from '#ports/host-queue';
import { serviceItem } from '#records/items/service';
import { cellTable, serviceKey } from '#records/keys';
import { answering, type Cli } from '#cli/output/answering';
import { shown } from '#cli/output/columns';
import { hostNamed } from '#cli/inventory/hosts';
import { serversOn } from '#cli/inventory/servers';
import { serversInFlight } from './servers-in-flight.ts';

/** `host show HOST`: what is known of one host, and why it counts as up, down or neither. */
export function addHostShow(parent: Command, cli: Cli): void {
  const command = parent.command('show').description('Show one host').argument('<host>', 'its name');
  answering(command, cli, async ({ target, args: [name = ''] }) => {
    const { host, cell, principals } = await hostNamed(target, name);
    const item = await target.tables.get(cellTable(cell), serviceKey(host, 'nova-compute'));
    const service = item === undefined ? undefined : serviceItem(item);
    const { liveness, reason } = await target.serviceGroup.verdict(cell, host);
    const [servers, inFlight, queue] = await Promise.all([
      serversOn(target, cell, host),
      serversInFlight(target, cell, host),
      target.queueAdmin.counts(hostQueue(cell, host)),
    ]);
    const said = service?.said;
    const data = {
      host,
      cell,
      liveness,
      reason,
      lastSeen: service?.last_seen_up ?? null,
      disabled: service?.disabled ?? false,
      declared: said ?? null,
      servers: servers.length,
      inFlight,
      waiting: queue?.waiting ?? null,
      principals,
    };
    return {
      data,
      lines: [
        `host        ${host} in ${cell}`,
        `service     ${liveness}: ${reason}`,
        `last seen   ${shown(data.lastSeen)}`,
        `enabled     ${shown(!data.disabled)}`,
        `declared    ${said === undefined ? '-' : `${said.down ? 'dead' : 'alive'} by ${said.by} at ${said.at}: ${said.reason}`}`,
        `servers     ${servers.length}, with ${inFlight.length} operations in flight`,
        `orders      ${shown(data.waiting)} waiting`,
        `principals  ${shown(principals.join(', '))}`,
      ],
    };
  });
}
