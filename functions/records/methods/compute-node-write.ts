import { ComputeHostNotFound, Forbidden, ObjectActionError } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import { absent, all, equals, exists } from '#ports/conditions';
import {
  TransactionRefused,
  type Action,
  type Attributes,
  type AttributesOf,
  type Item,
  type TableName,
} from '#ports/tables';
import { allPages } from '#records/all-pages';
import { hostAuthority, mayNot } from '#records/authority/conditions';
import { formerHost, mustBeOfCell } from '#records/permission/node-owner';
import { tableOf } from '#records/cell-table';
import { absentOrDeleted, createRecord, persistentFields } from '#records/create-record';
import { DESTROYED_BY, wasWrittenBy } from '#records/instance-destroy';
import { deletedOnHost } from '#records/instance-index';
import { computeNodeKey } from '#records/keys';
import type { Records } from '#records/method';
import { newUuid } from '#records/new-uuid';
import { duplicate, nodeById, NODES, reserveNodeName, withRatios } from '#records/methods/nodes';
import { saveRecord } from '#records/save-record';
import { present } from '#records/stamp';
import { attributesOf, numberOf, refreshObject, textOf } from '#records/stored-object';
import { computeNodeItem, noteFacts, type ComputeNodeItem } from '#records/items/compute-node';
import { factsDigest } from './node-facts.ts';
import { isDeleted } from '#records/items/read';

const UNSET: Attributes = {
  service_id: null,
  free_ram_mb: null,
  free_disk_gb: null,
  current_workload: null,
  running_vms: null,
  metrics: null,
  pci_device_pools: null,
  mapped: 0,
};

/** Marks a node deleted that is as it was read; only who asks for deleted ones finds it by its host. */
export function deletedNode(records: Records, table: TableName, node: Item, set: Attributes = {}): Action {
  return {
    kind: 'update',
    table,
    key: { pk: node.pk, sk: node.sk },
    update: {
      set: {
        ...set,
        deleted: true,
        deleted_at: present(records),
        by_host: deletedOnHost(computeNodeItem(node).host ?? ''),
        ...(records.writer === undefined ? {} : { [DESTROYED_BY]: records.writer }),
      } satisfies AttributesOf<ComputeNodeItem>,
      remove: ['lookup', 'lookup_sort'],
    },
    condition: all(exists, equals<ComputeNodeItem>('host', computeNodeItem(node).host)),
  };
}

/** The nodes of a host that this message has destroyed before, when it was cut short. */
export async function nodesDestroyedBefore(records: Records, host: string): Promise<Item[]> {
  const query = { index: 'by-host', partition: deletedOnHost(host), sortPrefix: 'compute-node#' };
  return (await allPages(records.tables, tableOf(records), query)).filter((item) => wasWrittenBy(records, item));
}

/** A deleted node of the same uuid comes back under its id, as in Nova. */
export async function createNode(records: Records, node: AnyObject): Promise<null> {
  if (node.isSet('id')) throw new ObjectActionError({ action: 'create', reason: 'already created' });
  const table = tableOf(records);
  const name = {
    uuid: textOf(node, 'uuid') ?? newUuid(records, 'compute-node'),
    host: textOf(node, 'host') ?? '',
    hypervisorHostname: textOf(node, 'hypervisor_hostname') ?? '',
  };
  const key = computeNodeKey(name.uuid);
  if (records.hosts !== undefined) await mustBeOfCell(records, name.uuid);
  await reserveNodeName(records, name);
  const former = await records.tables.get(table, key);
  const attributes: Attributes = {
    ...UNSET,
    ...attributesOf(node, node.changes),
    ...persistentFields(records),
    id:
      (former && computeNodeItem(former).id) ?? (await records.counter.nextId(records.tables, table, 'compute_nodes')),
    uuid: name.uuid,
    ...indexKeys(name.host, name.hypervisorHostname),
  };
  const free = former === undefined ? absent : absentOrDeleted;
  const item = await createRecord(records, table, key, attributes, () => duplicate(name), free);
  refreshObject(node, withRatios(item));
  return null;
}

function indexKeys(host: string, name: string): Attributes {
  return {
    by_host: host,
    by_host_sort: `compute-node#${name}#`,
    lookup: NODES,
    lookup_sort: `${name}#`,
  };
}

/** Host and name of a node that is renamed; what the object does not have is as it is recorded. */
async function namesOf(records: Records, uuid: string, node: AnyObject): Promise<{ host: string; name: string }> {
  const [host, name] = [textOf(node, 'host'), textOf(node, 'hypervisor_hostname')];
  if (host !== undefined && name !== undefined) return { host, name };
  const item = await records.tables.get(tableOf(records), computeNodeKey(uuid));
  if (item === undefined) throw new ComputeHostNotFound({ host: numberOf(node, 'id') ?? uuid });
  const stored = computeNodeItem(item);
  return { host: host ?? stored.host ?? '', name: name ?? stored.hypervisor_hostname ?? '' };
}

/** Every save counts as a sign of life: `updated_at` is written even when nothing else changed. */
export async function saveNode(records: Records, node: AnyObject, pruneStats: boolean): Promise<null> {
  const id = numberOf(node, 'id') ?? 0;
  const set = attributesOf(node, node.changes);
  if (!pruneStats && node.changes.has('stats')) set['stats'] = attributesOf(node, ['stats'])['stats'] ?? null;
  const uuid = textOf(node, 'uuid') ?? computeNodeItem(await nodeById(records, id)).uuid ?? '';
  const renamed = node.changes.has('host') || node.changes.has('hypervisor_hostname');
  const { host, name } = renamed ? await namesOf(records, uuid, node) : { host: textOf(node, 'host') ?? '', name: '' };
  if (records.hosts !== undefined && node.changes.has('host') && !records.hosts.includes(host))
    throw mayNot(records.hosts, 'give a compute node to another host');
  const change = {
    table: tableOf(records),
    key: computeNodeKey(uuid),
    set,
    ...noteFacts(factsDigest(node), renamed ? indexKeys(host, name) : {}),
    always: true,
    missing: () => new ComputeHostNotFound({ host: id }),
  };
  const authority = hostAuthority(records, 'a compute node');
  if (node.changes.has('host')) await reserveNodeName(records, { uuid, host, hypervisorHostname: name });
  const item = await saveRecord(records, { ...change, authority }).catch(async (error: unknown) => {
    if (!(error instanceof Forbidden) || !node.changes.has('host')) throw error;
    const former = await formerHost(records, uuid);
    if (former === undefined) throw error;
    records.log?.warn('a compute node is taken over', { node: uuid, from: former, host });
    return saveRecord(records, { ...change, guards: [equals<ComputeNodeItem>('host', former)] });
  });
  refreshObject(node, withRatios(item));
  return null;
}

/** An object that names its host deletes that host's node alone: another may have taken it over meanwhile. */
export async function destroyNode(records: Records, node: AnyObject): Promise<null> {
  const uuid = textOf(node, 'uuid') ?? '';
  const host = textOf(node, 'host');
  const table = tableOf(records);
  const item = await records.tables.get(table, computeNodeKey(uuid));
  if (item !== undefined && isDeleted(item) && wasWrittenBy(records, item)) {
    records.written?.(item);
    return null;
  }
  if (item === undefined || isDeleted(item)) {
    throw new ComputeHostNotFound({ host: numberOf(node, 'id') ?? uuid });
  }
  const changed = new ObjectActionError({ action: 'destroy', reason: 'host changed' });
  if (host !== undefined && computeNodeItem(item).host !== host) throw changed;
  hostAuthority(records, 'a compute node').refuse(item);
  try {
    await records.tables.transact([deletedNode(records, table, item)]);
  } catch (error) {
    throw error instanceof TransactionRefused ? changed : error;
  }
  records.written?.({ ...item, deleted: true });
  return null;
}
