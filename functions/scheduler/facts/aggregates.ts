import type { Clock } from '#ports/clock';
import type { Tables } from '#ports/tables';
import { API } from '#records/keys';
import { aggregateItem } from '#records/items/aggregate';

/** A host aggregate. */
export interface Aggregate {
  readonly id: number;
  readonly uuid: string;
  readonly hosts: ReadonlySet<string>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Availability zone of a host (nova.availability_zones `get_host_availability_zone`): that of the first aggregate, by
 * id, that names one and has the host in it.
 */
export function availabilityZone(host: string, aggregates: readonly Aggregate[], defaultZone: string): string {
  const zone = aggregates.find(({ hosts, metadata }) => hosts.has(host) && metadata['availability_zone']);
  return zone?.metadata['availability_zone'] ?? defaultZone;
}

/** Aggregates change by an operator's hand: reading them once a minute is enough. */
const KEEP_MILLISECONDS = 60_000;

/** All aggregates, kept for up to a minute. */
export class Aggregates {
  readonly #tables: Tables;
  readonly #clock: Pick<Clock, 'now'>;
  #kept: { readonly read: number; readonly aggregates: Promise<readonly Aggregate[]> } | undefined;

  constructor(tables: Tables, clock: Pick<Clock, 'now'>) {
    this.#tables = tables;
    this.#clock = clock;
  }

  async all(): Promise<readonly Aggregate[]> {
    const now = this.#clock.now();
    if (this.#kept === undefined || now - this.#kept.read >= KEEP_MILLISECONDS) {
      const aggregates = this.#read();
      this.#kept = { read: now, aggregates };
      aggregates.catch(() => {
        this.#kept = undefined;
      });
    }
    return this.#kept.aggregates;
  }

  async #read(): Promise<readonly Aggregate[]> {
    const { items } = await this.#tables.query(API, {
      partition: 'aggregates',
      sortPrefix: 'aggregate#',
      consistent: false,
    });
    return items
      .map(aggregateItem)
      .filter(({ deleted }) => !deleted)
      .map(({ id, uuid, hosts, metadata }) => ({ id, uuid, hosts: new Set(hosts), metadata }))
      .toSorted((left, right) => left.id - right.id);
  }
}
