import { speaksDirectly } from '#conductor/heartbeat';
import type { ConductorQueueFacts, Transports } from '#conductor/liveness';
import type { Configuration } from '#ports/configuration';
import { cellQueue } from '#ports/host-queue';
import type { Backlog } from '#ports/queues';
import type { Services } from '#ports/services';
import type { Item, TableName } from '#ports/tables';
import { queueLagItem } from './items/queue-lag.ts';
import { serviceItem } from './items/service.ts';
import type { ItemAddress } from './item-addresses.ts';
import { cellTable, queueLagKey, serviceKey, urlLagKey } from './keys.ts';

/** What a deployment offers its hosts. */
type Offered = Partial<Pick<Configuration, 'directCalls'>> | undefined;

/** What is read of a host to know by which ways it speaks, and who was heard there. */
export interface TransportItems {
  /** Its compute service. */
  readonly service: Item | undefined;
  /** What was noted of the conductor queue of its cell. */
  readonly queue: Item | undefined;
  /** What was noted of the function URL of its cell; not read where none is offered. */
  readonly url: Item | undefined;
}

const NOTHING_LIES: Backlog = { waiting: 0, inFlight: 0 };

/** Where they lie in the table of a cell. */
export const transportAddresses = (table: TableName, host: string, config: Offered): ItemAddress[] =>
  [serviceKey(host, 'nova-compute'), queueLagKey, ...(config?.directCalls === true ? [urlLagKey] : [])].map((key) => ({
    table,
    key,
  }));

/** Reads them from the table of a cell, in one request. */
export async function transportItems(
  tables: Services['tables'],
  table: TableName,
  host: string,
  config: Offered,
): Promise<TransportItems> {
  const [service, queue, url] = await tables.batchGet(transportAddresses(table, host, config));
  return { service, queue, url };
}

/** The ways by which a host speaks; a URL that nobody is offered any more is none. */
export function transportsOf(
  { service, queue, url }: TransportItems,
  host: string,
  backlog: Backlog,
  config: Offered,
): Transports {
  const direct = config?.directCalls === true && service !== undefined && isDirect(service);
  // Nothing lies in a URL: who was not answered there has gone on to the queue.
  return { queue: facts(queue, host, backlog), ...(direct ? { direct: facts(url, host, NOTHING_LIES) } : {}) };
}

/** The same, with what lies in the conductor queue now. */
export async function currentTransports(
  { config, queues, tables }: Pick<Services, 'config' | 'queues' | 'tables'>,
  cell: string,
  host: string,
): Promise<Transports> {
  const items = await transportItems(tables, cellTable(cell), host, config);
  return transportsOf(items, host, await queues.backlog(cellQueue(cell)), config);
}

/**
 * By which ways a host has spoken lately, as its service's record says: the function URL
 * first, since it is tried first.
 */
export const speaksBy = (service: Item): readonly ('function URL' | 'queue')[] =>
  isDirect(service) ? ['function URL', 'queue'] : ['queue'];

function isDirect(item: Item): boolean {
  const { direct_at, last_seen_up, created_at } = serviceItem(item);
  return direct_at !== null && speaksDirectly(Date.parse(direct_at), Date.parse(last_seen_up ?? created_at ?? ''));
}

const facts = (item: Item | undefined, host: string, backlog: Backlog): ConductorQueueFacts => ({
  ...queueLagItem(item, host),
  ...backlog,
});
