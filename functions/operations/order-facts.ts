import { unreadByAny } from '#conductor/liveness';
import type { OrderFacts, Silence } from '#conductor/host-at-work';
import { hostQueue } from '#ports/host-queue';
import type { Backlog } from '#ports/queues';
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
  readonly unchanged: Silence;
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
  const { orderSeconds, restartGraceSeconds, stallSeconds } = services.config;
  const unchanged = await silence(services, given, Math.max(changed, orderedAt), stallSeconds);
  if (begun.length === 0 && changed <= orderedAt) {
    const untaken = await silence(services, given, orderedAt, orderSeconds);
    const orders = isOver(untaken, orderSeconds) ? await services.queues.backlog(hostQueue(cell, host)) : NO_ORDERS;
    const queued = orders.waiting + orders.inFlight;
    return { order: { kind: 'untaken', queued, ...untaken }, unchanged, restart: undefined };
  }
  const service = await services.tables.get(cellTable(cell), serviceKey(host, 'nova-compute'));
  const living = service === undefined ? null : serviceItem(service).process;
  if (taker === undefined || taker === null || living === null || markOf(living) === taker)
    return { order: { kind: 'taken' }, unchanged, restart: undefined };
  const restart = given.restart?.process === living ? given.restart : { process: living, at: now };
  const since = await silence(services, given, restart.at, restartGraceSeconds);
  return { order: { kind: 'restarted', ...since }, unchanged, restart };
}

const NO_ORDERS: Backlog = { waiting: 0, inFlight: 0 };

/** The events of the request that the host's compute began. */
async function begunBy(
  { tables }: Pick<OrderServices, 'tables'>,
  { cell, instance, host, requestId }: GivenOrder,
): Promise<EventItem[]> {
  const action = await tables.get(cellTable(cell), actionKey(instance, requestId));
  const events = action === undefined ? [] : eventsOf(action).map(eventItem);
  return events.filter((event) => event.speakers.includes(host) || event.host === host);
}

/** What a host has not said since a time. Whether it was heard is asked only once that is as long as its limit. */
async function silence(
  services: OrderServices,
  { cell, host }: GivenOrder,
  since: number,
  limit: number,
): Promise<Silence> {
  const seconds = Math.floor((services.clock.now() - since) / 1000);
  if (!isOver({ seconds }, limit)) return { seconds, unread: undefined };
  const transports = await currentTransports(services, cell, host);
  const { serviceDownTime } = services.config;
  return { seconds, unread: unreadByAny(transports, { since, seconds: limit, serviceDownTime }) };
}

/** Whether it is longer than a limit, of which 0 is none. */
const isOver = ({ seconds }: Pick<Silence, 'seconds'>, limit: number): boolean => limit > 0 && seconds >= limit;

const changedAt = (item: Item): number => Date.parse(changedAtOf(item)) || 0;
