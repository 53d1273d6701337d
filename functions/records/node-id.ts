import { ObjectActionError } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import { compareVersions } from '#objects/versioned/version';
import type { Attributes } from '#ports/tables';
import { allPages } from './all-pages.ts';
import { tableOf } from './cell-table.ts';
import type { Records } from './method.ts';
import { numberOf, textOf } from './stored-object.ts';
import { computeNodeItem } from '#records/items/compute-node';

/**
 * The id of a host's node by its name, null with a warning when there is none: what a compute of before 28 (2023.2)
 * cannot name a server's or migration's node.
 */
async function idOfNode(records: Records, host: string | null, node: string): Promise<number | null> {
  const nodes =
    host === null
      ? []
      : await allPages(records.tables, tableOf(records), {
          index: 'by-host',
          partition: host,
          sortPrefix: `compute-node#${node}#`,
        });
  const [found] = nodes;
  const id = found === undefined ? null : computeNodeItem(found).id;
  if (id !== null) return id;
  records.log?.warn('a node has no compute node record', { host, node });
  return null;
}

/**
 * The id of the node that a server is given to, for a row that changes the node. A host that knows the field has to
 * send it with the node; for an older one it is looked up.
 *
 * @throws ObjectActionError for a server of today that leaves it out
 */
export async function computeId(records: Records, instance: AnyObject, row: Attributes): Promise<Attributes> {
  if (!('node' in row) || 'compute_id' in row) return {};
  const node = textOf(instance, 'node');
  if (node === undefined) return { compute_id: null };
  if (compareVersions(instance.version, '2.8') >= 0)
    throw refusal('save', `Instance.node is being updated ('${node}') but compute_id is not`);
  return { compute_id: await idOfNode(records, textOf(instance, 'host') ?? null, node) };
}

/** @throws ObjectActionError for a new server of today whose node is given without the node's id */
export function mustNameNode(instance: AnyObject): void {
  const node = textOf(instance, 'node');
  if (node === undefined || instance.isSet('compute_id') || compareVersions(instance.version, '2.8') < 0) return;
  throw refusal('create', `Instance is being created with node ('${node}') but not compute_id`);
}

/**
 * The id of the destination's node, where a new migration names the node. A host that knows the field has to send it;
 * for an older one it is looked up.
 *
 * @throws ObjectActionError for a migration of today that leaves it out
 */
export async function destinationId(records: Records, migration: AnyObject): Promise<Attributes> {
  const node = textOf(migration, 'dest_node');
  if (node === undefined || numberOf(migration, 'dest_compute_id') !== undefined) return {};
  if (compareVersions(migration.version, '1.8') >= 0) {
    throw new ObjectActionError({
      action: 'create',
      reason: 'cannot create a Migration object with a dest_node but no dest_compute_id',
    });
  }
  return { dest_compute_id: await idOfNode(records, textOf(migration, 'dest_compute') ?? null, node) };
}

/** Nova gives these two the text alone. */
const refusal = (action: string, reason: string): ObjectActionError =>
  new ObjectActionError({ action, reason }, 'nova.exception', { message: reason });
