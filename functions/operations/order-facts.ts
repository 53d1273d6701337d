import { unreadByAny } from '#conductor/liveness';
import type { OrderFacts } from '#conductor/host-at-work';
import { hostQueue } from '#ports/host-queue';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { eventItem, eventsOf, markOf, type EventItem } from '#records/items/instance-action';
import { serviceItem } from '#records/items/service';
import { actionKey, cellTable, serviceKey } from '#records/keys';
import { operationState, type Operation } from '#records/operation';
import { currentTransports } from '#records/host-transports';
import { changedAtOf } from '#records/items/read';

type OrderServices = Pick<Services, 'clock' | 'config' | 'queues' | 'tables'>;

/** Another process than the one that took the order: which, and since when it is known, in epoch milliseconds. */
export interface SeenRestart {
  readonly process: string;
  readonly at: number;
}

/** An order to look into. */
export interface GivenOrder {
  readonly operation: Operation;
  readonly cell: string;
  readonly instance: string;
  readonly host: string;
  readonly requestId: string;
  /** The server's record, and the migration's where there is one: a host that changes them is at work. */
  readonly items: readonly Item[];
  /** What an earlier look saw. */
  readonly restart: SeenRestart | undefined;
}

/** How a host stands to its order, and the restart that was seen, for the next look. */
export interface LookedIntoOrder {
  readonly order: OrderFacts;
  readonly restart: SeenRestart | undefined;
}

/**
 * Looks for the first sign that a host took its order: an event of the request that its compute began, or any change of
 * the records since. A process is known by its reply queue; one that has taken the order and is gone was restarted.
 */
export async function lookIntoOrder(services: OrderServices, given: GivenOrder): Promise<LookedIntoOrder> {
  const { cell, host } = given;
  const now = services.clock.now();
  const begun = await begunBy(services, given);
  const taker = begun.toSorted((one, other) => one.start_time.localeCompare(other.start_time)).at(-1)?.process;
  const [item] = given.items;
  const changed = Math.max(0, ...given.items.map(changedAt));
  // Without a time the order was never given: the wait for it began, and ended, before it could be.
  const orderedAt = (item === undefined ? null : operationState(item, given.operation).orderedAt) ?? changed;
  if (begun.length === 0 && changed <= orderedAt)
    return { order: await untaken(services, given, orderedAt), restart: undefined };
  const service = await services.tables.get(cellTable(cell), serviceKey(host, 'nova-compute'));
  const living = service === undefined ? null : serviceItem(service).process;
  if (taker === undefined || taker === null || living === null || markOf(living) === taker)
    return { order: { kind: 'taken' }, restart: undefined };
  const restart = given.restart?.process === living ? given.restart : { process: living, at: now };
  return { order: { kind: 'restarted', seconds: Math.floor((now - restart.at) / 1000) }, restart };
}

/** The events of the request that the host's compute began. */
async function begunBy(
  { tables }: Pick<OrderServices, 'tables'>,
  { cell, instance, host, requestId }: GivenOrder,
): Promise<EventItem[]> {
  const action = await tables.get(cellTable(cell), actionKey(instance, requestId));
  const events = action === undefined ? [] : eventsOf(action).map(eventItem);
  return events.filter((event) => event.speakers.includes(host) || event.host === host);
}

async function untaken(services: OrderServices, { cell, host }: GivenOrder, orderedAt: number): Promise<OrderFacts> {
  const { serviceDownTime, orderSeconds } = services.config;
  const seconds = Math.floor((services.clock.now() - orderedAt) / 1000);
  if (seconds < orderSeconds) return { kind: 'untaken', seconds, queued: 0, unread: undefined };
  const [transports, orders] = await Promise.all([
    currentTransports(services, cell, host),
    services.queues.backlog(hostQueue(cell, host)),
  ]);
  const unread = unreadByAny(transports, { since: orderedAt, seconds: orderSeconds, serviceDownTime });
  return { kind: 'untaken', seconds, queued: orders.waiting + orders.inFlight, unread };
}

const changedAt = (item: Item): number => Date.parse(changedAtOf(item)) || 0;
