import { ServiceNotFound } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import { TransactionConflict, TransactionRefused, type Action, type AttributesOf } from '#ports/tables';
import { tableOf } from '#records/cell-table';
import { DESTROYED_BY, wasWrittenBy } from '#records/instance-destroy';
import { idOf, isDeleted } from '#records/items/read';
import { serviceItem, type ServiceItem } from '#records/items/service';
import { serviceKey } from '#records/keys';
import type { Records } from '#records/method';
import { computeNodesOfHost } from '#records/methods/nodes';
import { notifyServiceStatus } from '#records/hosts/service-status';
import { present } from '#records/stamp';
import { textOf } from '#records/stored-object';
import { deletedNode, nodesDestroyedBefore } from './compute-node-write.ts';

/** Actions that one transaction takes. */
const MOST_ACTIONS = 100;

/** A compute service takes the nodes of its host along, unmapped, so that a host that comes back is discovered anew. */
export async function destroyService(records: Records, service: AnyObject): Promise<null> {
  const table = tableOf(records);
  const id = Number(service.peek('id'));
  const host = textOf(service, 'host') ?? '';
  const key = serviceKey(host, textOf(service, 'binary') ?? '');
  const item = await records.tables.get(table, key);
  if (item !== undefined && isDeleted(item) && wasWrittenBy(records, item)) {
    for (const node of await nodesDestroyedBefore(records, host)) records.written?.(node);
    notifyServiceStatus(records, service, 'delete');
    return null;
  }
  if (item === undefined || isDeleted(item) || idOf(item) !== id) throw new ServiceNotFound({ service_id: id });
  const isCompute = serviceItem(item).binary === 'nova-compute';
  const nodes = isCompute ? await computeNodesOfHost(records, host) : [];
  const before = isCompute ? await nodesDestroyedBefore(records, host) : [];
  const gone = nodes.map((node) => deletedNode(records, table, node, { mapped: 0 }));
  // The service goes last, so that a repeat of a call that died in between finds it and the nodes that are left.
  while (gone.length >= MOST_ACTIONS) await unlessTakenOver(records.tables.transact(gone.splice(0, MOST_ACTIONS)));
  const last: Action[] = [
    {
      kind: 'update',
      table,
      key,
      update: {
        set: {
          deleted: true,
          deleted_at: present(records),
          ...(records.writer === undefined ? {} : { [DESTROYED_BY]: records.writer }),
        } satisfies AttributesOf<ServiceItem>,
        remove: ['lookup', 'lookup_sort'],
      },
      condition: { kind: 'exists' },
    },
    ...gone,
  ];
  await unlessTakenOver(records.tables.transact(last));
  for (const node of [...before, ...nodes]) records.written?.({ ...node, deleted: true });
  notifyServiceStatus(records, service, 'delete');
  return null;
}

/** @throws TransactionConflict when another host has taken a node over meanwhile: who reads again does not find it */
async function unlessTakenOver(written: Promise<void>): Promise<void> {
  try {
    await written;
  } catch (error) {
    throw error instanceof TransactionRefused ? new TransactionConflict('a node is of another host by now') : error;
  }
}
