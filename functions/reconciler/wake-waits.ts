import { downAfter } from '#conductor/heartbeat';
import { isUp } from '#conductor/service-up';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { TRANSITION } from '#records/instance-index';
import { lookedUp } from '#records/lookup';
import { CELL0_UUID, cellTable, serviceKey } from '#records/keys';
import { hostsOf, OPERATIONS } from '#records/operation';
import { LOOK_AT_HOST } from '#statemachines/look-at-host';
import { foundDown, foundDownItem, serviceItem } from '#records/items/service';
import { waitingToken } from '#operations/waiting-task';
import { mappedCells } from './mapped-cells.ts';

type WakeServices = Pick<Services, 'clock' | 'config' | 'executions' | 'log' | 'serviceGroup' | 'tables'>;

/** Milliseconds for which waits for a host that was found down are woken: a wait that then goes on has its reasons. */
const WOKEN_FOR = 600_000;

/**
 * Has executions that wait for a host look at it once it has been found down, so that looks may be rare. Only the
 * host's own look decides: this reads no more than who is down, and which waits name them.
 */
export async function wakeWaits(services: WakeServices): Promise<void> {
  let silent = 0;
  for (const { name: cell, uuid } of await mappedCells(services)) {
    if (uuid === CELL0_UUID) continue;
    const { down, undeclared } = await silentHosts(services, cell);
    silent += undeclared;
    if (down.size === 0) continue;
    const table = cellTable(cell);
    for (const item of await lookedUp(services.tables, table, TRANSITION)) {
      if (hostsOf(item).some((host) => down.has(host))) await wake(services, item);
    }
  }
  services.log.measure('silent_hosts', [silent], 'Count');
}

/** Hosts that are not heard. */
interface SilentHosts {
  /** Those that were found down lately. */
  readonly down: ReadonlySet<string>;
  /** How many there are that no operator has declared dead: somebody is to look after them. */
  readonly undeclared: number;
}

async function silentHosts(services: WakeServices, cell: string): Promise<SilentHosts> {
  const table = cellTable(cell);
  const now = services.clock.now();
  const down = new Set<string>();
  let undeclared = 0;
  for (const item of await lookedUp(services.tables, table, ['service#nova-compute'])) {
    const service = foundDownItem(item);
    const heard = isUp(serviceItem(item), now, downAfter(services.config));
    if (service.host === null || heard) continue;
    if (!serviceItem(item).forced_down) undeclared += 1;
    const before = service.foundDown?.heard === service.heard ? service.foundDown : undefined;
    if (before !== undefined && now - before.at > WOKEN_FOR) continue;
    const { liveness, reason } = await services.serviceGroup.verdict(cell, service.host);
    if (liveness !== 'down') continue;
    down.add(service.host);
    if (before !== undefined) continue;
    services.log.warn('a host is down', { host: service.host, cell, reason });
    await services.tables.update(table, serviceKey(service.host, 'nova-compute'), {
      set: foundDown(service.heard, now),
    });
  }
  return { down, undeclared };
}

async function wake(services: WakeServices, item: Item): Promise<void> {
  for (const operation of OPERATIONS) {
    const token = await waitingToken(services, item, operation);
    if (token !== undefined) await services.executions.fail(token, LOOK_AT_HOST, 'a host that it waits for is down');
  }
}
