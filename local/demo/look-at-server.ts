import { providerKey } from '#placement/provider-item';
import {
  BUILD_REQUESTS,
  buildRequestKey,
  cellTable,
  instanceKey,
  instanceMappingKey,
  MAPPINGS,
  PLACEMENT,
} from '#records/keys';
import { fieldsOf, textOf } from '#wire/reading';
import type { World } from '#local/emulation/world';
import type { DemoHosts } from './demo-hosts.ts';
import type { DemoServer } from './demo-world.ts';
import type { SentOrders } from './sent-orders.ts';
import { newest } from './recorded-server.ts';

/**
 * Looks at a server in the tables and on the hosts; `method` says which orders count as attempts. Servers that were
 * seen once are remembered in `seen`.
 */
export async function lookAtServer(
  world: World,
  { hosts, orders }: { readonly hosts: Pick<DemoHosts, 'runsOn'>; readonly orders: SentOrders },
  seen: Set<string>,
  uuid: string,
  method: string,
): Promise<DemoServer> {
  const { tables } = world.services;
  const [request, mapping] = await tables.batchGet([
    { table: BUILD_REQUESTS, key: buildRequestKey(uuid) },
    { table: MAPPINGS, key: instanceMappingKey(uuid) },
  ]);
  if (request !== undefined || mapping !== undefined) seen.add(uuid);
  const cell = textOf(mapping?.['cell']);
  const shown = {
    uuid,
    taskState: null,
    cell: cell ?? null,
    host: null,
    flavor: null,
    attempts: orders.attempts(uuid, method),
    fault: null,
    migration: null,
    holds: await holds(world, [uuid]),
    runsOn: hosts.runsOn(uuid),
  };
  // Before the message is taken there is nothing yet; afterwards nothing means that the user deleted it.
  if (cell === undefined) return { ...shown, state: request === undefined && seen.has(uuid) ? 'gone' : 'scheduling' };
  const { items } = await tables.query(cellTable(cell), { partition: instanceKey(uuid).pk });
  const item = items.find(({ sk }) => sk === 'instance');
  if (item === undefined) return { ...shown, state: 'scheduling' };
  const migration = newest(items, 'migration#');
  const consumer = textOf(migration?.['uuid']);
  return {
    ...shown,
    state: item['deleted'] === true ? 'gone' : (textOf(item['vm_state']) ?? 'unknown'),
    taskState: textOf(item['task_state']) ?? null,
    host: textOf(item['host']) ?? null,
    flavor: textOf(fieldsOf(item['flavor'])['name']) ?? null,
    fault: textOf(newest(items, 'fault#')?.['message']) ?? null,
    migration: textOf(migration?.['status']) ?? null,
    holds: consumer === undefined ? shown.holds : await holds(world, [uuid, consumer]),
  };
}

/** Hosts on which one of the consumers holds something. */
async function holds({ services }: World, consumers: readonly string[]): Promise<string[]> {
  const held = await Promise.all(consumers.map((consumer) => services.placement.allocations(consumer)));
  const providers = [...new Set(held.flatMap((allocations) => Object.keys(allocations)))];
  const items = await Promise.all(providers.map((uuid) => services.tables.get(PLACEMENT, providerKey(uuid))));
  return items.map((item) => textOf(item?.['host']) ?? 'an unknown host').toSorted();
}
