import * as v from 'valibot';
import { byId } from '#records/by-id';
import type { AnyObject } from '#objects/versioned/any-object';
import { InstanceList } from '#objects/instance/instance';
import type { Item } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { tableOf } from '#records/cell-table';
import { filteredInstances, sortedInstances, type Filters } from '#records/instance-filters';
import { deletedOnHost, statusPartitions } from '#records/instance-index';
import { lookedUp } from '#records/lookup';
import { completed } from './instance-load.ts';
import { instanceKey } from '#records/keys';
import {
  integer,
  map,
  nullableText,
  optionalInteger,
  optionalText,
  optionalTexts,
  text,
  texts,
  type ParsedArguments,
} from '#records/arguments';
import { API_ONLY, THEIRS, ownHost, search } from '#records/authority/rules';
import type { RecordMethods, Records } from '#records/method';
import { classMethod } from '#records/remotable-method';
import { hostsOfCell } from '#records/hosts/services-of-kind';
import { noteSecondGuests } from '#records/hosts/second-guests';
import { noteStart, stillOnHost } from '#records/hosts/starting-host';
import { isOwn, isVisible } from '#records/visibility';
import { instanceItem, type InstanceItem } from '#records/items/instance';
import { attributeNamed, isDeleted } from '#records/items/read';

/** Items of the instances of a host, or of those that were deleted there. */
const onHost = (records: Records, partition: string): Promise<Item[]> =>
  allPages(records.tables, tableOf(records), { index: 'by-host', partition, sortPrefix: 'instance#' });

/** Items of the instances of a status. */
const ofStatus = (records: Records, status: string): Promise<Item[]> =>
  lookedUp(records.tables, tableOf(records), statusPartitions(status));

/** The instances of a host that the context may see, in the order of their ids. */
async function instanceItemsOfHost(records: Records, host: string): Promise<Item[]> {
  const deleted = records.context.read_deleted === 'no' ? [] : await onHost(records, deletedOnHost(host));
  const items = [...(await onHost(records, host)), ...deleted];
  return byId(items.filter((item) => isVisible(records.context, item) && isOwn(records.context, item)));
}

/** The loadable fields that a caller wants; none when it names none. */
interface Wanted {
  readonly expected_attrs: readonly string[] | null;
}
const WANTED = { expected_attrs: optionalTexts };

async function listOf(records: Records, items: readonly Item[], { expected_attrs }: Wanted): Promise<AnyObject> {
  const expected = expected_attrs ?? [];
  const objects = await Promise.all(items.map((item) => completed(records, item, expected)));
  return InstanceList.load({ objects });
}

/** A list of the instances of a host that pass a test. */
async function ofHost(
  records: Records,
  args: Wanted & { readonly host: string },
  passes: (item: Item) => boolean,
): Promise<AnyObject> {
  return listOf(records, (await instanceItemsOfHost(records, args.host)).filter(passes), args);
}

const uuidsOf = (items: readonly Item[]): string[] => items.map((item) => instanceItem(item).uuid);

/** Every instance of the cell: those on hosts, and those in any state without one. */
async function allInstances(records: Records, deleted: boolean): Promise<Item[]> {
  const hosts = await hostsOfCell(records);
  const states = ['transition', 'error', 'shelved_offloaded', 'unknown', ...(deleted ? ['deleted'] : [])];
  const items = await Promise.all([
    ...hosts.map((host) => onHost(records, host)),
    ...states.map((state) => ofStatus(records, state)),
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
        filters['deleted'] === true ? Promise.resolve([]) : onHost(records, String(each)),
        filters['deleted'] === false ? Promise.resolve([]) : onHost(records, deletedOnHost(String(each))),
      ]),
    );
    return items.flat();
  }
  return allInstances(records, filters['deleted'] !== false);
}

const PAGE = { limit: optionalInteger, marker: optionalText };

const FILTERS = {
  filters: map,
  sort_key: v.optional(text, 'created_at'),
  sort_dir: v.optional(text, 'desc'),
  sort_keys: optionalTexts,
  sort_dirs: optionalTexts,
  ...PAGE,
  ...WANTED,
};

/**
 * A compute looks through the guests of its hypervisor for those whose server is deleted (ComputeManager
 * `_cleanup_running_deleted_instances`): what it names are its guests.
 */
const listsGuests = ({ hosts }: Records, { deleted, uuid }: Filters): boolean =>
  hosts !== undefined && deleted === true && Array.isArray(uuid);

async function getByFilters(records: Records, args: ParsedArguments<typeof FILTERS>): Promise<AnyObject> {
  if (args.limit === 0) return InstanceList.load({ objects: [] });
  const { filters } = args;
  const found = await candidates(records, filters);
  if (listsGuests(records, filters)) await noteSecondGuests(records, found);
  const items = found.filter((item) => isOwn(records.context, item));
  const sorted = sortedInstances(filteredInstances(items, filters), args);
  return listOf(records, pageOf(sorted, args), args);
}

/** What follows the server that the marker names, up to the limit. */
function pageOf(items: readonly Item[], { limit, marker }: ParsedArguments<typeof PAGE>): Item[] {
  const from = marker === null ? 0 : items.findIndex((item) => instanceItem(item).uuid === marker) + 1;
  return items.slice(from, limit === null ? undefined : from + limit);
}

const WINDOW = { begin: text, end: optionalText, host: optionalText, project_id: optionalText, ...PAGE, ...WANTED };

/** Instances that lived at some time between two moments, for the audit of a host. */
async function activeByWindow(records: Records, args: ParsedArguments<typeof WINDOW>): Promise<AnyObject> {
  const { begin, end, host, project_id } = args;
  const items =
    host === null
      ? await allInstances(records, true)
      : [...(await onHost(records, host)), ...(await onHost(records, deletedOnHost(host)))];
  const active = byId(items).filter((item) => {
    const instance = instanceItem(item);
    const { launched_at, terminated_at } = instance;
    return (
      (terminated_at === null || terminated_at > begin) &&
      (end === null || (launched_at !== null && launched_at < end)) &&
      (project_id === null || instance.project_id === project_id)
    );
  });
  return listOf(records, pageOf(active, args), args);
}

const total = (of: readonly InstanceItem[]) => ({
  instances: of.length,
  cores: of.reduce((sum, item) => sum + (item.vcpus ?? 0), 0),
  ram: of.reduce((sum, item) => sum + (item.memory_mb ?? 0), 0),
});

/** What projects and users have, soft-deleted servers left out. */
async function counts(records: Records, project: string | null, user: string | null): Promise<unknown> {
  const items = (await allInstances(records, false))
    .map(instanceItem)
    .filter(
      ({ deleted, hidden, vm_state, project_id }) =>
        !deleted && !hidden && vm_state !== 'soft-delete' && project_id === project,
    );
  return {
    project: total(items),
    ...(user === null ? {} : { user: total(items.filter((item) => item.user_id === user)) }),
  };
}

export const instanceList: RecordMethods = {
  class: {
    get_by_host: classMethod(
      { schema: { host: text, ...WANTED }, authority: ownHost('host') },
      async (records, args) => {
        const starts = await noteStart(records, args.host);
        const items = await instanceItemsOfHost(records, args.host);
        return listOf(records, starts ? await stillOnHost(records, args.host, items) : items, args);
      },
    ),
    get_by_host_and_node: classMethod(
      { schema: { host: text, node: nullableText, ...WANTED }, authority: ownHost('host') },
      (records, args) => ofHost(records, args, (item) => instanceItem(item).node === args.node),
    ),
    get_by_host_and_not_type: classMethod(
      { schema: { host: text, type_id: optionalInteger, ...WANTED }, authority: ownHost('host') },
      (records, args) =>
        ofHost(records, args, (item) => args.type_id === null || instanceItem(item).instance_type_id !== args.type_id),
    ),
    get_uuids_by_host: classMethod({ schema: { host: text }, authority: ownHost('host') }, async (records, { host }) =>
      uuidsOf(await instanceItemsOfHost(records, host)),
    ),
    get_uuids_by_host_and_node: classMethod(
      { schema: { host: text, node: nullableText }, authority: ownHost('host') },
      async (records, { host, node }) => {
        const items = await instanceItemsOfHost(records, host);
        return uuidsOf(items.filter((item) => instanceItem(item).node === node));
      },
    ),
    get_uuids_by_hosts: classMethod(
      { schema: { hosts: texts }, authority: ownHost('hosts') },
      async (records, { hosts }) => {
        const each = async (host: string) => [host, uuidsOf(await instanceItemsOfHost(records, host))] as const;
        return Object.fromEntries(await Promise.all(hosts.map(each)));
      },
    ),
    get_all: classMethod({ schema: WANTED, authority: API_ONLY }, async (records, args) => {
      const items = await allInstances(records, records.context.read_deleted !== 'no');
      return listOf(
        records,
        items.filter((item) => isVisible(records.context, item)),
        args,
      );
    }),
    get_by_filters: classMethod({ schema: FILTERS, authority: search('filters', ['host'], 'uuid') }, getByFilters),
    _get_active_by_window_joined: classMethod({ schema: WINDOW, authority: ownHost('host') }, activeByWindow),
    get_counts: classMethod(
      { schema: { project_id: nullableText, user_id: optionalText }, authority: API_ONLY },
      (records, { project_id, user_id }) => counts(records, project_id, user_id),
    ),
    get_count_by_vm_state: classMethod(
      { schema: { project_id: nullableText, user_id: nullableText, vm_state: nullableText }, authority: API_ONLY },
      async (records, wanted) => {
        const items = await allInstances(records, false);
        return items.filter(
          (item) =>
            !isDeleted(item) && Object.entries(wanted).every(([name, value]) => attributeNamed(item, name) === value),
        ).length;
      },
    ),
    get_hung_in_rebooting: classMethod(
      { schema: { reboot_window: integer, ...WANTED }, authority: THEIRS },
      async (records, args) => {
        const since = new Date(records.clock.now() - args.reboot_window * 1000).toISOString().slice(0, 19);
        const items = await ofStatus(records, 'transition');
        const hung = items.filter((item) => {
          const { task_state, updated_at } = instanceItem(item);
          return task_state === 'rebooting' && (updated_at ?? '') <= `${since}Z`;
        });
        return listOf(records, byId(hung), args);
      },
    ),
  },
};
