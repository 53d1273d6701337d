import { newest, recordedServer } from '#local/demo/recorded-server';
import { faultItem } from '#records/items/instance-fault';
import { partitionOf } from '#cli/inventory/instances';
import { timeline, type Moment } from '#cli/inventory/timeline';
import type { RequestPorts } from '#cli/servers/server-request';
import { consumerKey, readConsumer } from '#placement/consumer-item';
import { readProvider } from '#placement/provider-item';
import { PLACEMENT } from '#records/keys';
import { numberOf, textOrNull } from '#wire/reading';

/** A server as a test looks at it. */
export interface LookedAt {
  readonly vm_state: string | null;
  readonly task_state: string | null;
  readonly host: string | null;
  readonly power_state: number | null;
  readonly memory_mb: number | null;
  /** Status of its last migration. */
  readonly migration: string | null;
  /** Message of its last fault. */
  readonly fault: string | null;
  /** Hosts whose hypervisor has its guest. */
  readonly guests: readonly string[];
}

/**
 * A server as it is now; undefined where no cell has it.
 *
 * @param guestsNow - is asked after the records: what a compute has done before it said so is seen
 */
export async function lookAt(
  ports: RequestPorts,
  uuid: string,
  guestsNow: () => readonly string[],
): Promise<LookedAt | undefined> {
  const server = await recordedServer(ports, uuid).catch(() => undefined);
  if (server === undefined) return undefined;
  const { item, migration } = server;
  const items = await partitionOf(ports, server.cell, uuid);
  const fault = newest(items, 'fault#');
  return {
    vm_state: textOrNull(item['vm_state']),
    task_state: textOrNull(item['task_state']),
    host: textOrNull(item['host']),
    power_state: numberOf(item['power_state']) ?? null,
    memory_mb: numberOf(item['memory_mb']) ?? null,
    migration: textOrNull(migration?.['status']),
    fault: fault === undefined ? null : faultItem(fault).message,
    guests: guestsNow(),
  };
}

/** Hosts that a server holds resources of. */
export async function claimsOf({ tables }: RequestPorts, uuid: string): Promise<readonly string[]> {
  const consumer = await tables.get(PLACEMENT, consumerKey(uuid));
  const providers = consumer === undefined ? [] : Object.keys(readConsumer(consumer).allocations);
  const keys = providers.map((provider) => ({ pk: `provider#${provider}`, sk: 'provider' }));
  const items = await Promise.all(keys.map((key) => tables.get(PLACEMENT, key)));
  return items.map((item, at) => (item === undefined ? (providers[at] ?? '') : readProvider(item).provider.host));
}

/** What a server's user sees of its life: actions, events, faults and migrations. */
export async function timelineOf(ports: RequestPorts, uuid: string): Promise<readonly Moment[]> {
  const server = await recordedServer(ports, uuid).catch(() => undefined);
  return server === undefined ? [] : timeline(await partitionOf(ports, server.cell, uuid));
}
