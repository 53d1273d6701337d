import { MessagingTimeout } from '#errors';
import type { RequestContext } from '#ports/context';
import type { Guests } from './guests.ts';
import type { ObjectProxy } from './object-proxy.ts';
import { listObjects, textField } from './order.ts';
import type { ResourceTracker } from './resource-tracker.ts';

/** A host that looks through what it has claimed. */
export interface Audited {
  readonly host: string;
  readonly proxy: ObjectProxy;
  readonly context: RequestContext;
  readonly tracker: ResourceTracker;
}

/**
 * Lets go of what is claimed for servers that are neither recorded here nor on their way (ResourceTracker
 * `update_available_resource`): what an order that broke off has left behind.
 */
export async function audit({ host, proxy, context, tracker }: Audited): Promise<void> {
  const here = listObjects(await proxy.classAction(context, 'InstanceList', 'get_by_host_and_node', [host, host]));
  const moving = listObjects(
    await proxy.classAction(context, 'MigrationList', 'get_in_progress_and_error', [host, host]),
  );
  const known = new Set([
    ...here.map((instance) => textField(instance, 'uuid')),
    ...moving
      .filter((migration) => textField(migration, 'status') !== 'error')
      .map((migration) => textField(migration, 'instance_uuid')),
  ]);
  for (const uuid of tracker.instances) if (!known.has(uuid)) await tracker.release(uuid);
}

/** A host that looks through its guests. */
type Cleaned = Pick<Audited, 'context' | 'proxy'> & { readonly guests: Guests };

/**
 * Stops the guests of a host whose servers are deleted; where its call is not answered in time it looks again, as in
 * the next period of its task.
 */
export async function cleanUpDeleted(host: Cleaned): Promise<void> {
  try {
    await lookThrough(host);
  } catch (error) {
    if (!(error instanceof MessagingTimeout)) throw error;
    await cleanUpDeleted(host);
  }
}

async function lookThrough({ guests, proxy, context }: Cleaned): Promise<void> {
  const { uuids: uuid } = guests;
  if (uuid.length === 0) return;
  const reading = { ...context, read_deleted: 'yes' as const };
  const filters = { deleted: true, soft_deleted: false, uuid };
  const deleted = await proxy.classAction(reading, 'InstanceList', 'get_by_filters', [filters]);
  for (const instance of listObjects(deleted)) guests.stop(textField(instance, 'uuid'));
}
