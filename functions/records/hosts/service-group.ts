import { downAfter, storeWindow } from '#conductor/heartbeat';
import { liveness, type CellFacts, type HostFacts } from '#conductor/liveness';
import { isUp } from '#conductor/service-up';
import { cellQueue } from '#ports/host-queue';
import type { Backlog } from '#ports/queues';
import type { ServiceGroup } from '#ports/service-group';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { lookedUp } from '../lookup.ts';
import { serviceItem } from '../items/service.ts';
import { cellTable } from '../keys.ts';
import { transportItems, transportsOf } from '../host-transports.ts';

const COMPUTE = 'nova-compute';

/** Nobody else is silent: what is asked before the whole cell is read. */
const ALONE: CellFacts = { hosts: 1, silent: 0 };

type GroupServices = Pick<Services, 'tables' | 'clock' | 'queues' | 'config'>;

/** The service group over the heartbeats and the pulses in a cell's table. */
export function serviceGroup(services: GroupServices): ServiceGroup {
  const { tables, clock, queues, config } = services;
  const computes = listedLately(services);
  return {
    async verdict(cell, host) {
      const items = await transportItems(tables, cellTable(cell), host, config);
      const facts = hostFacts(items.service, clock.now(), downAfter(config));
      const settings = { ...config, storeWindow: storeWindow(config) };
      const lived = facts.kind === 'registered' && (facts.up || facts.forcedDown);
      const backlog = lived ? NOTHING_LIES : await queues.backlog(cellQueue(cell));
      const transports = transportsOf(items, host, backlog, config);
      const verdict = liveness({ ...transports, host: facts, cell: ALONE, settings });
      if (verdict.liveness !== 'down' || facts.kind === 'unregistered' || facts.forcedDown) return verdict;
      const silent = cellFacts(await computes(cell), facts.heardAt, services);
      return liveness({ ...transports, host: facts, cell: silent, settings });
    },
  };
}

const NOTHING_LIES: Backlog = { waiting: 0, inFlight: 0 };

function hostFacts(item: Item | undefined, now: number, seconds: number): HostFacts {
  if (item === undefined) return { kind: 'unregistered' };
  const registered = serviceItem(item);
  const { forced_down: forcedDown, last_seen_up, created_at, started_at, said } = registered;
  const seenAt = Date.parse(last_seen_up ?? created_at ?? '');
  // One that starts has spoken, though it sends no heartbeat before it is through.
  const startedAt = started_at === null ? Number.NEGATIVE_INFINITY : Date.parse(started_at);
  const heard = startedAt > seenAt ? { ...registered, last_seen_up: started_at } : registered;
  const heardAt = Math.max(seenAt, startedAt);
  return { kind: 'registered', forcedDown, said: said?.reason, up: isUp(heard, now, seconds), heardAt };
}

/**
 * Milliseconds for which the list of a cell's services is used again: when all fall silent all are asked for at once.
 */
const LISTED_FOR = 1000;

function listedLately({ clock, tables }: GroupServices): (cell: string) => Promise<readonly Item[]> {
  const lists = new Map<string, { readonly at: number; readonly items: Promise<readonly Item[]> }>();
  return (cell) => {
    const known = lists.get(cell);
    if (known !== undefined && clock.now() - known.at < LISTED_FOR) return known.items;
    const items = lookedUp(tables, cellTable(cell), [`service#${COMPUTE}`]);
    lists.set(cell, { at: clock.now(), items });
    items.catch(() => lists.delete(cell));
    return items;
  };
}

/** The hosts of the cell, and how many of them fell silent when one that was last heard then did. */
function cellFacts(services: readonly Item[], heardAt: number, { clock, config }: GroupServices): CellFacts {
  const now = clock.now();
  const seconds = downAfter(config);
  // Whom an operator has declared dead is no riddle any more.
  const hosts = services
    .map((item) => hostFacts(item, now, seconds))
    .filter((facts) => facts.kind === 'registered' && !facts.forcedDown);
  const silent = hosts.filter(
    (facts) => facts.kind === 'registered' && !facts.up && Math.abs(facts.heardAt - heardAt) <= seconds * 1000,
  );
  return { hosts: hosts.length, silent: silent.length };
}
