import { lookedUp } from '#records/lookup';
import { byId } from '#records/by-id';
import { ComputeHostNotFound, DuplicateRecord, type NovaError } from '#errors';
import type { NovaObject } from '#objects/versioned/base';
import { ComputeNode } from '#objects/compute/compute-node';
import { absent, any, equals } from '#ports/conditions';
import { ConditionFailed, type Attributes, type Item, type AttributesOf, type ItemOf } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { tableOf } from '#records/cell-table';
import { deletedOnHost } from '#records/instance-index';
import {
  computeNodeItem,
  DEFAULT_RATIOS,
  nodeNameItem,
  type ComputeNodeItem,
  type NodeNameItem,
} from '#records/items/compute-node';
import { computeNodeKey, nodeNameKey } from '#records/keys';
import type { Records } from '#records/method';
import { loadObject } from '#records/stored-object';
import { isVisible } from '#records/visibility';

/** All nodes of a cell are one partition by status, sorted by name. */
export const NODES = 'compute-node';

export type NodeObject = NovaObject<typeof ComputeNode.fields>;

/** A ComputeNode of its item. */
export function computeNodeOf(item: Item): NodeObject {
  return loadObject(ComputeNode, withRatios(item));
}

/** A ratio of 0 or null says that configuration decides. */
export function withRatios(item: Item): Attributes {
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
export async function computeNodesOfHost(records: Records, host: string): Promise<ItemOf<ComputeNodeItem>[]> {
  const hosts = records.context.read_deleted === 'no' ? [host] : [host, deletedOnHost(host)];
  const items = await Promise.all(
    hosts.map((partition) =>
      allPages(records.tables, tableOf(records), { index: 'by-host', partition, sortPrefix: 'compute-node#' }),
    ),
  );
  return byId(items.flat().filter((item) => isVisible(records.context, item)));
}

/** The live nodes of a cell, lowest id first. */
export async function allNodes(records: Records, namePrefix?: string): Promise<ItemOf<ComputeNodeItem>[]> {
  const bounds = namePrefix === undefined ? {} : { sortPrefix: namePrefix };
  const items = await lookedUp(records.tables, tableOf(records), [NODES], bounds);
  return byId(items.filter((item) => isVisible(records.context, item)));
}

/** @throws ComputeHostNotFound when no live node has this id */
export async function nodeById(records: Records, id: number): Promise<Item> {
  const item = (await allNodes(records)).find((each) => computeNodeItem(each).id === id);
  if (item === undefined) throw new ComputeHostNotFound({ host: id });
  return item;
}

/** A node by what identifies it in its cell, and by its uuid. */
interface NodeName {
  readonly uuid: string;
  readonly host: string;
  readonly hypervisorHostname: string;
}

/** Milliseconds within which who has reserved a name makes its node. */
const MAKING = 60_000;

/** Whether an item is a live node of this host and name. */
const isNamed = (item: Item | undefined, { host, hypervisorHostname }: NodeName): boolean =>
  item !== undefined && isOf(computeNodeItem(item), host, hypervisorHostname);

const isOf = (node: ComputeNodeItem, host: string, name: string): boolean =>
  !node.deleted && node.host === host && node.hypervisor_hostname === name;

/**
 * Keeps host and hypervisor of a node for it alone: an item under both names the node's uuid. It is left when the node
 * goes, and gives way to the next one then.
 *
 * @throws DuplicateRecord when another node has them, or is about to be made with them
 */
export async function reserveNodeName(records: Records, node: NodeName): Promise<void> {
  const { tables, clock } = records;
  const table = tableOf(records);
  const key = nodeNameKey(node.host, node.hypervisorHostname);
  const sortPrefix = `compute-node#${node.hypervisorHostname}#`;
  const there = await allPages(tables, table, { index: 'by-host', partition: node.host, sortPrefix });
  if (there.some((item) => computeNodeItem(item).uuid !== node.uuid && isNamed(item, node))) throw duplicate(node);
  const set: AttributesOf<NodeNameItem> = { uuid: node.uuid, reserved_at: clock.now() };
  try {
    await tables.update(table, key, { set }, any(absent, equals<NodeNameItem>('uuid', node.uuid)));
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    const former = nodeNameItem(error.item ?? {});
    const item = former.uuid === null ? undefined : await tables.get(table, computeNodeKey(former.uuid));
    const isNew = item === undefined && clock.now() - former.reserved_at < MAKING;
    if (isNew || isNamed(item, node)) throw duplicate(node);
    await tables.update(table, key, { set }, equals<NodeNameItem>('uuid', former.uuid)).catch((refused: unknown) => {
      throw refused instanceof ConditionFailed ? duplicate(node) : refused;
    });
  }
}

/** The refusal of a node that there is already. */
export const duplicate = ({ hypervisorHostname, uuid }: NodeName): NovaError =>
  new DuplicateRecord({ target: `compute node ${hypervisorHostname}:${uuid}` });
