import { byId } from '#records/by-id';
import type { AnyObject } from '#objects/versioned/any-object';
import { InstanceList } from '#objects/instance/instance';
import type { Item } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { tableOf } from '#records/cell-table';
import { filteredInstances, sortedInstances, type Filters } from '#records/instance-filters';
import { deletedOnHost } from '#records/instance-index';
import { expectedAttributes } from './instance.ts';
import { completed } from './instance-load.ts';
import { instanceKey } from '#records/keys';
import type { ClassMethod, MethodArguments, RecordMethods, Records } from '#records/method';
import { hostsOfCell } from './service.ts';
import { isOwn, isVisible } from '#records/visibility';
import { plainText } from '#wire/reading';

/** Items of the instances in one partition of an index. */
function found(records: Records, index: string, partition: string): Promise<Item[]> {
  const prefix = index === 'by-host' ? { sortPrefix: 'instance#' } : {};
  return allPages(records.tables, tableOf(records), { index, partition, ...prefix });
}

/** The instances of a host that the context may see, in the order of their ids. */
async function instanceItemsOfHost(records: Records, host: string): Promise<Item[]> {
  const deleted = records.context.read_deleted === 'no' ? [] : await found(records, 'by-host', deletedOnHost(host));
  const items = [...(await found(records, 'by-host', host)), ...deleted];
  return byId(items.filter((item) => isVisible(records.context, item) && isOwn(records.context, item)));
}

async function listOf(records: Records, items: readonly Item[], args: MethodArguments): Promise<AnyObject> {
  const expected = expectedAttributes(args['expected_attrs']) ?? [];
  const objects = await Promise.all(items.map((item) => completed(records, item, expected)));
  return InstanceList.load({ objects });
}

/** A list of the instances of a host that pass a test. */
function ofHost(passes: (item: Item, args: MethodArguments) => boolean): ClassMethod {
  return async (records, args) => {
    const items = await instanceItemsOfHost(records, String(args['host']));
    return listOf(
      records,
      items.filter((item) => passes(item, args)),
      args,
    );
  };
}

const uuidsOf = (items: readonly Item[]): string[] => items.map((item) => plainText(item['uuid']));

/** Every instance of the cell: those on hosts, and those in any state without one. */
async function allInstances(records: Records, deleted: boolean): Promise<Item[]> {
  const hosts = await hostsOfCell(records);
  const states = ['transition', 'error', 'shelved_offloaded', 'unknown', ...(deleted ? ['deleted'] : [])];
  const items = await Promise.all([
    ...hosts.map((host) => found(records, 'by-host', host)),
    ...states.map((state) => found(records, 'by-status', state)),
  ]);
  return byId([
    ...new Map(
      items
        .flat()
        .filter((item) => item.sk === 'instance')
        .map((item) => [item.pk, item]),
    ).values(),
  ]);
}

/** Where to look for what filters ask: by uuid, by host, or everywhere. */
async function candidates(records: Records, filters: Filters): Promise<Item[]> {
  const { uuid, host } = filters;
  if (typeof uuid === 'string' || Array.isArray(uuid)) {
    const uuids: readonly unknown[] = [uuid].flat();
    const keys = uuids.map((each) => ({ table: tableOf(records), key: instanceKey(String(each)) }));
    const items = keys.length === 0 ? [] : await records.tables.batchGet(keys);
    return items.filter((item) => item !== undefined);
  }
  if (typeof host === 'string' || Array.isArray(host)) {
    const hosts: readonly unknown[] = [host].flat();
    const items = await Promise.all(
      hosts.flatMap((each) => [
        filters['deleted'] === true ? Promise.resolve([]) : found(records, 'by-host', String(each)),
        filters['deleted'] === false ? Promise.resolve([]) : found(records, 'by-host', deletedOnHost(String(each))),
      ]),
    );
    return items.flat();
  }
  return allInstances(records, filters['deleted'] !== false);
}

async function getByFilters(records: Records, args: MethodArguments): Promise<AnyObject> {
  if (args['limit'] === 0) return InstanceList.load({ objects: [] });
  const filters: Filters = isFilters(args['filters']) ? args['filters'] : {};
  const items = (await candidates(records, filters)).filter((item) => isOwn(records.context, item));
  const sorted = sortedInstances(filteredInstances(items, filters), args);
  const from = typeof args['marker'] === 'string' ? sorted.findIndex((item) => item['uuid'] === args['marker']) + 1 : 0;
  const page = sorted.slice(from, typeof args['limit'] === 'number' ? from + args['limit'] : undefined);
  return listOf(records, page, args);
}

const isFilters = (value: unknown): value is Filters =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Instances that lived at some time between two moments, for the audit of a host. */
async function activeByWindow(records: Records, args: MethodArguments): Promise<AnyObject> {
  const [begin, end] = [String(args['begin']), args['end']];
  const host = args['host'];
  const items =
    typeof host === 'string'
      ? [...(await found(records, 'by-host', host)), ...(await found(records, 'by-host', deletedOnHost(host)))]
      : await allInstances(records, true);
  const active = byId(items).filter(
    (item) =>
      (item['terminated_at'] === null || plainText(item['terminated_at']) > begin) &&
      (typeof end !== 'string' || (item['launched_at'] !== null && plainText(item['launched_at']) < end)) &&
      (typeof args['project_id'] !== 'string' || item['project_id'] === args['project_id']),
  );
  const from = typeof args['marker'] === 'string' ? active.findIndex((item) => item['uuid'] === args['marker']) + 1 : 0;
  const page = active.slice(from, typeof args['limit'] === 'number' ? from + args['limit'] : undefined);
  return listOf(records, page, args);
}

const total = (of: readonly Item[]) => ({
  instances: of.length,
  cores: of.reduce((sum, item) => sum + Number(item['vcpus'] ?? 0), 0),
  ram: of.reduce((sum, item) => sum + Number(item['memory_mb'] ?? 0), 0),
});

/** What projects and users have, soft-deleted servers left out. */
async function counts(records: Records, args: MethodArguments): Promise<unknown> {
  const items = (await allInstances(records, false)).filter(
    (item) =>
      item['deleted'] !== true &&
      item['hidden'] !== true &&
      item['vm_state'] !== 'soft-delete' &&
      item['project_id'] === args['project_id'],
  );
  const user = args['user_id'];
  return {
    project: total(items),
    ...(typeof user === 'string' ? { user: total(items.filter((item) => item['user_id'] === user)) } : {}),
  };
}

export const instanceList: RecordMethods = {
  class: {
    get_by_host: ofHost(() => true),
    get_by_host_and_node: ofHost((item, args) => item['node'] === args['node']),
    get_by_host_and_not_type: ofHost(
      (item, args) => args['type_id'] === null || item['instance_type_id'] !== args['type_id'],
    ),
    get_uuids_by_host: async (records, args) => uuidsOf(await instanceItemsOfHost(records, String(args['host']))),
    get_uuids_by_host_and_node: async (records, args) => {
      const items = await instanceItemsOfHost(records, String(args['host']));
      return uuidsOf(items.filter((item) => item['node'] === args['node']));
    },
    get_uuids_by_hosts: async (records, args) => {
      const hosts: readonly unknown[] = Array.isArray(args['hosts']) ? args['hosts'] : [];
      const each = async (host: unknown) =>
        [String(host), uuidsOf(await instanceItemsOfHost(records, String(host)))] as const;
      return Object.fromEntries(await Promise.all(hosts.map(each)));
    },
    get_all: async (records, args) => {
      const items = await allInstances(records, records.context.read_deleted !== 'no');
      return listOf(
        records,
        items.filter((item) => isVisible(records.context, item)),
        args,
      );
    },
    get_by_filters: getByFilters,
    _get_active_by_window_joined: activeByWindow,
    get_counts: counts,
    get_count_by_vm_state: async (records, args) => {
      const wanted = ['project_id', 'user_id', 'vm_state'];
      const items = await allInstances(records, false);
      return items.filter((item) => item['deleted'] !== true && wanted.every((name) => item[name] === args[name]))
        .length;
    },
    get_hung_in_rebooting: async (records, args) => {
      const since = new Date(records.clock.now() - Number(args['reboot_window']) * 1000).toISOString().slice(0, 19);
      const items = await found(records, 'by-status', 'transition');
      const hung = items.filter(
        (item) => item['task_state'] === 'rebooting' && plainText(item['updated_at']) <= `${since}Z`,
      );
      return listOf(records, byId(hung), args);
    },
  },
};
