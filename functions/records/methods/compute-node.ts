import * as v from 'valibot';
import { ComputeHostNotFound, ServiceNotFound } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import { ComputeNodeList } from '#objects/compute/compute-node';
import type { Item } from '#ports/tables';
import { tableOf } from '#records/cell-table';
import { computeNodeKey } from '#records/keys';
import { flag, integer, optionalInteger, text, texts } from '#records/arguments';
import { CELL_FACTS, byCondition, ownHost } from '#records/authority/rules';
import type { RecordMethods, Records } from '#records/method';
import { computeNodeItem, type ComputeNodeItem } from '#records/items/compute-node';
import { allNodes, computeNodeOf, computeNodesOfHost, nodeById, type NodeObject } from '#records/methods/nodes';
import { classMethod, instanceMethod } from '#records/remotable-method';
import { isVisible } from '#records/visibility';
import { createNode, destroyNode, saveNode } from './compute-node-write.ts';

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

async function first(
  items: Promise<Item[]>,
  matches: (node: ComputeNodeItem) => boolean,
  host: string,
): Promise<NodeObject> {
  const item = (await items).find((each) => matches(computeNodeItem(each)));
  if (item === undefined) throw new ComputeHostNotFound({ host });
  return computeNodeOf(item);
}

const listOf = (items: readonly Item[]): AnyObject => ComputeNodeList.load({ objects: items.map(computeNodeOf) });

export const computeNode: RecordMethods = {
  instance: {
    create: instanceMethod({ schema: {}, authority: ownHost('host') }, createNode),
    save: instanceMethod(
      { schema: { prune_stats: v.optional(flag, false) }, authority: byCondition('host') },
      (records, node, { prune_stats }) => saveNode(records, node, prune_stats),
    ),
    destroy: instanceMethod({ schema: {}, authority: byCondition('host') }, destroyNode),
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
