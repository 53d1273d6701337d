import { lookedUp } from '#records/lookup';
import * as v from 'valibot';
import { byId } from '#records/by-id';
import { ComputeHostNotFound, Forbidden, ObjectActionError, ServiceNotFound } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import type { NovaObject } from '#objects/versioned/base';
import { ComputeNode, ComputeNodeList } from '#objects/compute/compute-node';
import { equals, exists, type Condition } from '#ports/conditions';
import { TransactionRefused, type Action, type Attributes, type Item, type TableName } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { hostAuthority, mayNot } from '#records/authority/conditions';
import { tableOf } from '#records/cell-table';
import { createRecord, newborn } from '#records/create-record';
import { deletedOnHost } from '#records/instance-index';
import { computeNodeKey } from '#records/keys';
import { formerHost, mustBeOfCell } from '#records/authority/node-owner';
import { flag, integer, optionalInteger, text, texts } from '#records/arguments';
import { CELL_FACTS, byCondition, ownHost } from '#records/authority/rules';
import type { RecordMethods, Records } from '#records/method';
import { classMethod, instanceMethod } from '#records/remotable-method';
import { newUuid } from '#records/new-uuid';
import { saveRecord } from '#records/save-record';
import { present } from '#records/stamp';
import { attributesOf, loadObject, numberOf, refreshObject, textOf } from '#records/stored-object';
import { isVisible } from '#records/visibility';
import { computeNodeItem, DEFAULT_RATIOS, type ComputeNodeItem } from '#records/items/compute-node';
import { isDeleted } from '#records/items/read';

/** All nodes of a cell are one partition by status, sorted by name. */
const NODES = 'compute-node';

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

type NodeObject = NovaObject<typeof ComputeNode.fields>;

/** A ComputeNode of its item. */
export function computeNodeOf(item: Item): NodeObject {
  return loadObject(ComputeNode, withRatios(item));
}

/** A ratio of 0 or null says that configuration decides. */
function withRatios(item: Item): Attributes {
  const node = computeNodeItem(item);
  return {
    ...item,
    supported_hv_specs: [...node.supported_hv_specs],
    cpu_allocation_ratio: node.cpu_allocation_ratio || DEFAULT_RATIOS.cpu,
    ram_allocation_ratio: node.ram_allocation_ratio || DEFAULT_RATIOS.ram,
    disk_allocation_ratio: node.disk_allocation_ratio || DEFAULT_RATIOS.disk,
  };
}

/** The live nodes of a host, lowest id first. */
export async function computeNodesOfHost(records: Records, host: string): Promise<Item[]> {
  const hosts = records.context.read_deleted === 'no' ? [host] : [host, deletedOnHost(host)];
  const items = await Promise.all(
    hosts.map((partition) =>
      allPages(records.tables, tableOf(records), { index: 'by-host', partition, sortPrefix: 'compute-node#' }),
    ),
  );
  return byId(items.flat().filter((item) => isVisible(records.context, item)));
}

/** Marks a node deleted; only who asks for deleted ones finds it by its host. */
export function deletedNode(
  records: Records,
  table: TableName,
  item: Item,
  { allowed = exists, set = {} }: { readonly allowed?: Condition | undefined; readonly set?: Attributes } = {},
): Action {
  const by_host = deletedOnHost(computeNodeItem(item).host ?? '');
  return {
    kind: 'update',
    table,
    key: { pk: item.pk, sk: item.sk },
    update: {
      set: { ...set, deleted: true, deleted_at: present(records), by_host },
      remove: ['lookup', 'lookup_sort'],
    },
    condition: allowed,
  };
}

/**
 * The nodes of a host as objects, lowest id first.
 *
 * @throws ComputeHostNotFound when there is none
 */
async function nodesOfHost(records: Records, host: string): Promise<NodeObject[]> {
  const items = await computeNodesOfHost(records, host);
  if (items.length === 0) throw new ComputeHostNotFound({ host });
  return items.map(computeNodeOf);
}

async function allNodes(records: Records, namePrefix?: string): Promise<Item[]> {
  const bounds = namePrefix === undefined ? {} : { sortPrefix: namePrefix };
  const items = await lookedUp(records.tables, tableOf(records), [NODES], bounds);
  return byId(items.filter((item) => isVisible(records.context, item)));
}

async function first(
  items: Promise<Item[]>,
  matches: (node: ComputeNodeItem) => boolean,
  host: string,
): Promise<NodeObject> {
  const item = (await items).find((each) => matches(computeNodeItem(each)));
  if (item === undefined) throw new ComputeHostNotFound({ host });
  return computeNodeOf(item);
}

async function create(records: Records, node: AnyObject): Promise<null> {
  if (node.isSet('id')) throw new ObjectActionError({ action: 'create', reason: 'already created' });
  const table = tableOf(records);
  const uuid = textOf(node, 'uuid') ?? newUuid(records, 'compute-node');
  const attributes: Attributes = {
    ...UNSET,
    ...attributesOf(node, node.changes),
    ...newborn(records),
    id: await records.counter.nextId(records.tables, table, 'compute_nodes'),
    uuid,
    ...indexKeys(uuid, textOf(node, 'host') ?? '', textOf(node, 'hypervisor_hostname') ?? ''),
  };
  if (records.hosts !== undefined) await mustBeOfCell(records, uuid);
  const item = await createRecord(records, table, computeNodeKey(uuid), attributes, () => {
    return new ObjectActionError({ action: 'create', reason: `compute node ${uuid} exists` });
  });
  refreshObject(node, withRatios(item));
  return null;
}

function indexKeys(uuid: string, host: string, name: string): Attributes {
  return {
    by_host: host,
    by_host_sort: `compute-node#${name}#${uuid}`,
    lookup: NODES,
    lookup_sort: `${name}#${uuid}`,
  };
}

/** Every save counts as a sign of life: `updated_at` is written even when nothing else changed. */
async function save(records: Records, node: AnyObject, pruneStats: boolean): Promise<null> {
  const id = numberOf(node, 'id') ?? 0;
  const set = attributesOf(node, node.changes);
  if (!pruneStats && node.changes.has('stats')) set['stats'] = attributesOf(node, ['stats'])['stats'] ?? null;
  const uuid = textOf(node, 'uuid') ?? computeNodeItem(await nodeById(records, id)).uuid ?? '';
  const renamed = node.changes.has('host') || node.changes.has('hypervisor_hostname');
  const host = textOf(node, 'host') ?? '';
  if (records.hosts !== undefined && node.changes.has('host') && !records.hosts.includes(host))
    throw mayNot(records.hosts, 'give a compute node to another host');
  const change = {
    table: tableOf(records),
    key: computeNodeKey(uuid),
    set,
    ...(renamed ? { derived: indexKeys(uuid, host, textOf(node, 'hypervisor_hostname') ?? '') } : {}),
    always: true,
    missing: () => new ComputeHostNotFound({ host: id }),
  };
  const authority = hostAuthority(records, 'a compute node');
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

async function nodeById(records: Records, id: number): Promise<Item> {
  const item = (await allNodes(records)).find((each) => computeNodeItem(each).id === id);
  if (item === undefined) throw new ComputeHostNotFound({ host: id });
  return item;
}

async function destroy(records: Records, node: AnyObject): Promise<null> {
  const uuid = textOf(node, 'uuid') ?? '';
  const table = tableOf(records);
  const item = await records.tables.get(table, computeNodeKey(uuid));
  if (item === undefined || isDeleted(item)) {
    throw new ComputeHostNotFound({ host: numberOf(node, 'id') ?? uuid });
  }
  const authority = hostAuthority(records, 'a compute node');
  authority.refuse(item);
  try {
    await records.tables.transact([deletedNode(records, table, item, { allowed: authority.condition })]);
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    throw mayNot(records.hosts ?? [], 'change a compute node of another host');
  }
  return null;
}

const listOf = (items: readonly Item[]): AnyObject => ComputeNodeList.load({ objects: items.map(computeNodeOf) });

export const computeNode: RecordMethods = {
  instance: {
    create: instanceMethod({ schema: {}, authority: ownHost('host') }, create),
    save: instanceMethod(
      { schema: { prune_stats: v.optional(flag, false) }, authority: byCondition('host') },
      (records, node, { prune_stats }) => save(records, node, prune_stats),
    ),
    destroy: instanceMethod({ schema: {}, authority: byCondition('host') }, destroy),
  },
  class: {
    get_by_id: classMethod(
      { schema: { compute_id: integer }, authority: CELL_FACTS },
      async (records, { compute_id }) => computeNodeOf(await nodeById(records, compute_id)),
    ),
    get_by_uuid: classMethod(
      { schema: { compute_uuid: text }, authority: CELL_FACTS },
      async (records, { compute_uuid }) => {
        const item = await records.tables.get(tableOf(records), computeNodeKey(compute_uuid));
        if (item === undefined || !isVisible(records.context, item)) {
          throw new ComputeHostNotFound({ host: compute_uuid });
        }
        return computeNodeOf(item);
      },
    ),
    get_by_service_id: classMethod(
      { schema: { service_id: integer }, authority: CELL_FACTS },
      async (records, { service_id }) => {
        const item = (await allNodes(records)).find((each) => computeNodeItem(each).service_id === service_id);
        if (item === undefined) throw new ServiceNotFound({ service_id });
        return computeNodeOf(item);
      },
    ),
    get_by_host_and_nodename: classMethod(
      { schema: { host: text, nodename: text }, authority: CELL_FACTS },
      (records, { host, nodename }) =>
        first(computeNodesOfHost(records, host), (node) => node.hypervisor_hostname === nodename, host),
    ),
    get_by_nodename: classMethod(
      { schema: { hypervisor_hostname: text }, authority: CELL_FACTS },
      (records, { hypervisor_hostname: name }) =>
        first(allNodes(records, `${name}#`), (node) => node.hypervisor_hostname === name, name),
    ),
    get_first_node_by_host_for_old_compat: classMethod(
      { schema: { host: text }, authority: CELL_FACTS },
      (records, { host }) => first(computeNodesOfHost(records, host), () => true, host),
    ),
  },
};

export const computeNodeList: RecordMethods = {
  class: {
    get_all: classMethod({ schema: {}, authority: CELL_FACTS }, async (records) => listOf(await allNodes(records))),
    get_all_by_host: classMethod({ schema: { host: text }, authority: CELL_FACTS }, async (records, { host }) =>
      ComputeNodeList.load({ objects: await nodesOfHost(records, host) }),
    ),
    get_all_by_uuids: classMethod(
      { schema: { compute_uuids: texts }, authority: CELL_FACTS },
      async (records, { compute_uuids }) => {
        const wanted: ReadonlySet<unknown> = new Set(compute_uuids);
        return listOf((await allNodes(records)).filter((item) => wanted.has(computeNodeItem(item).uuid)));
      },
    ),
    get_all_by_not_mapped: classMethod(
      { schema: { mapped_less_than: integer }, authority: CELL_FACTS },
      async (records, args) =>
        listOf((await allNodes(records)).filter((item) => computeNodeItem(item).mapped < args.mapped_less_than)),
    ),
    get_by_hypervisor: classMethod(
      { schema: { hypervisor_match: text }, authority: CELL_FACTS },
      async (records, { hypervisor_match }) => {
        const part = hypervisor_match.toLowerCase();
        const named = (item: Item): boolean =>
          (computeNodeItem(item).hypervisor_hostname ?? '').toLowerCase().includes(part);
        return listOf((await allNodes(records)).filter(named));
      },
    ),
    _get_by_service: classMethod(
      { schema: { service_id: integer }, authority: CELL_FACTS },
      async (records, { service_id }) =>
        listOf((await allNodes(records)).filter((item) => computeNodeItem(item).service_id === service_id)),
    ),
    get_by_pagination: classMethod(
      { schema: { limit: optionalInteger, marker: optionalInteger }, authority: CELL_FACTS },
      async (records, { limit, marker }) => {
        const items = await allNodes(records);
        const from = marker === null ? 0 : items.findIndex((item) => computeNodeItem(item).id === marker) + 1;
        return listOf(items.slice(from, from + (limit ?? items.length)));
      },
    ),
  },
};
