import { InstanceNotFound } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import { NovaObject } from '#objects/versioned/base';
import { isMap } from '#objects/versioned/primitive';
import type { Item, Key } from '#ports/tables';
import { allPages } from '../all-pages.ts';
import { isConcerned, isFormer, mayNot, mayWrite } from '../authority/conditions.ts';
import type { AuthorityRule, Touch } from '../authority/rules.ts';
import { tableOf } from '../cell-table.ts';
import { actionKey, instanceKey } from '../keys.ts';
import type { Records } from '../method.ts';
import { givenUpHosts, isDestroying } from '../items/given-up.ts';
import { eventItem, eventsOf } from '../items/instance-action.ts';
import { readableInstances } from './readable-instances.ts';
import { hostsOf } from '../operation.ts';
import { textOf } from '../stored-object.ts';
import { migrationItem } from '#records/items/migration';
import { computeNodeItem } from '#records/items/compute-node';
import { instanceItem } from '#records/items/instance';

/** Hosts that the condition of a write may name: a bridge of hundreds would make it longer than DynamoDB takes. */
const MOST_IN_CONDITION = 20;

/** Servers that a host may name at once: as many as one has. */
const MOST_TOUCHED = 1000;

/** Items of one batch. */
const TOGETHER = 100;

/** Servers of a search whose moves are looked at, since the caller is not at work on them. */
const MOST_FORMER = 100;

/** Where a call says what it touches: its arguments, and the fields of its object. */
export type Named = (name: string) => unknown;

/**
 * What a method may work with, once its rule lets the caller call it. For a bridge of many hosts these are cut down to
 * those that are concerned.
 *
 * @throws Forbidden which names the hosts and what they may not touch
 * @throws InstanceNotFound for a server that is to be written and is not in the cell
 */
export async function permitted(records: Records, authority: AuthorityRule, named: Named): Promise<Records> {
  if (records.hosts === undefined) return records;
  switch (authority.rule) {
    case 'api':
      throw mayNot(records.hosts, 'call this: it is for the API level');
    case 'facts':
    case 'theirs':
      return records;
    case 'host':
      mustBeOwn(records, named(authority.of), 'what belongs to another host');
      return records;
    case 'instance':
      if (authority.host !== undefined && isGiven(named(authority.host)))
        mustBeOwn(records, named(authority.host), 'what is done in the name of another host');
      await mayTouch(records, uuidsOf(named(authority.of)), authority.may);
      return records;
    case 'node':
      await mustOwnNode(records, named(authority.of));
      return records;
    case 'search':
      mustBeBounded(records, authority, named(authority.of));
      return records;
    case 'condition':
      return records.hosts.length > MOST_IN_CONDITION ? concerned(records, named) : records;
  }
}

/**
 * An answer as its caller may have it: of lists by search and of single records only what it may read.
 *
 * @throws Forbidden for a record that it may not read
 */
export async function readable(records: Records, authority: AuthorityRule, result: unknown): Promise<unknown> {
  if (records.hosts === undefined || !(result instanceof NovaObject)) return result;
  if (authority.rule !== 'theirs' && authority.rule !== 'search') return result;
  const object: AnyObject = result;
  if (!object.type.isList) {
    const kept = await theirs(records, [object]);
    if (kept.length === 0) throw mayNot(records.hosts, 'read this record: it concerns other hosts');
    return object;
  }
  object.assign('objects', await theirs(records, object.objects));
  return object.resetChanges();
}

/** Those that name one of the caller's hosts, and those of servers that it may read. */
async function theirs(records: Records, objects: readonly AnyObject[]): Promise<AnyObject[]> {
  const named = (object: AnyObject): boolean =>
    ['host', 'source_compute', 'dest_compute'].some((name) => isOwnHost(records, object.peek(name)));
  const others = objects
    .filter((object) => !named(object))
    .map(uuidOf)
    .slice(0, MOST_TOUCHED);
  const items = await instanceItems(records, others);
  const known = new Set<string>();
  let looked = 0;
  for (const [at, uuid] of others.entries()) {
    const item = items[at];
    if (item === undefined) continue;
    if (isConcerned(item, records.hosts ?? []) || isFormer(item, records.hosts ?? [])) known.add(uuid);
    else if ((looked += 1) <= MOST_FORMER && (await hadIt(records, uuid))) known.add(uuid);
  }
  return objects.filter((object) => named(object) || known.has(uuidOf(object)));
}

/** A record's server, or the server itself. */
const uuidOf = (object: AnyObject): string => textOf(object, 'instance_uuid') ?? textOf(object, 'uuid') ?? '';

async function mayTouch(records: Records, touched: readonly string[], may: Touch): Promise<void> {
  const { hosts = [], context } = records;
  const request = context.request_id;
  if (touched.length > MOST_TOUCHED) throw mayNot(hosts, `name more than ${MOST_TOUCHED} servers at once`);
  const known = readableInstances(records);
  const uuids = may === 'read' ? touched.filter((uuid) => !known.has(records, uuid)) : touched;
  const items = await instanceItems(records, uuids);
  for (const [at, uuid] of uuids.entries()) {
    const item = items[at];
    if (item !== undefined && isConcerned(item, hosts)) known.note(records, uuid);
    if (item === undefined && may !== 'read') throw new InstanceNotFound({ instance_id: uuid });
    if (item === undefined || (may === 'write' ? mayWrite : isConcerned)(item, hosts, request)) continue;
    if (may === 'read' && (isFormer(item, hosts) || isDestroying(item, hosts))) continue;
    if (may === 'report' && (await isInAnEvent(records, item, uuid))) continue;
    if (may !== 'read') throw mayNot(hosts, `change instance ${uuid}: it is not at work on it`);
    if (!(await hadIt(records, uuid))) throw mayNot(hosts, `read instance ${uuid}: it was never at work on it`);
  }
}

/**
 * Whether the caller has begun an event of the server in this request and may not have ended it. A compute whose own
 * save ended the move says why after that save, when the move is wound up already (ComputeManager
 * `wrap_instance_fault`); one that was given up has nothing to say. Ends go by name and the first of a name is ended:
 * where several hosts have begun one, any that is open may be the caller's.
 */
async function isInAnEvent(records: Records, item: Item, uuid: string): Promise<boolean> {
  const { context, hosts = [], tables } = records;
  if (givenUpHosts(item).some(({ host }) => hosts.includes(host))) return false;
  const action = await tables.get(tableOf(records), actionKey(uuid, context.request_id));
  const events = action === undefined ? [] : eventsOf(action).map(eventItem);
  const open = new Set(events.flatMap(({ event, finish_time }) => (finish_time === null ? [event] : [])));
  return events.some(({ event, speakers }) => open.has(event) && speakers.some((host) => hosts.includes(host)));
}

/** Whether a move of the server, of whatever end, names the caller. */
async function hadIt(records: Records, uuid: string): Promise<boolean> {
  const query = { partition: instanceKey(uuid).pk, sortPrefix: 'migration#' };
  const moves = await allPages(records.tables, tableOf(records), query);
  return moves
    .map(migrationItem)
    .some((move) => isOwnHost(records, move.source_compute) || isOwnHost(records, move.dest_compute));
}

async function instanceItems(records: Records, uuids: readonly string[]): Promise<(Item | undefined)[]> {
  const table = tableOf(records);
  const items: (Item | undefined)[] = [];
  const [first] = uuids;
  if (uuids.length === 1 && first !== undefined) return [await records.tables.get(table, instanceKey(first))];
  for (let from = 0; from < uuids.length; from += TOGETHER) {
    const keys = uuids.slice(from, from + TOGETHER).map((uuid) => ({ table, key: instanceKey(uuid) }));
    const known = new Map(
      (await records.tables.batchGet(distinct(keys))).flatMap((item) => (item ? [[item.pk, item]] : [])),
    );
    items.push(...keys.map(({ key }) => known.get(key.pk)));
  }
  return items;
}

/** A batch names each key once. */
const distinct = <T extends { readonly key: Key }>(keys: readonly T[]): T[] => [
  ...new Map(keys.map((each) => [each.key.pk, each])).values(),
];

function mustBeOwn(records: Records, value: unknown, what: string): void {
  const asked = [value].flat();
  if (asked.length > 0 && asked.every((host) => isOwnHost(records, host))) return;
  throw mayNot(records.hosts ?? [], `touch ${what}`);
}

/** A node's id does not name its host: the nodes of the caller's hosts are looked through. */
async function mustOwnNode(records: Records, id: unknown): Promise<void> {
  const table = tableOf(records);
  for (const host of records.hosts ?? []) {
    const query = { index: 'by-host', partition: host, sortPrefix: 'compute-node#' };
    if ((await allPages(records.tables, table, query)).some((node) => computeNodeItem(node).id === id)) return;
  }
  throw mayNot(records.hosts ?? [], 'touch devices of a compute node of another host');
}

/** A host looks at its own, or at servers by name: nobody but the API level looks through a cell. */
function mustBeBounded(records: Records, rule: AuthorityRule & { readonly rule: 'search' }, filters: unknown): void {
  const map = isMap(filters) ? filters : {};
  if (rule.hosts.some((name) => isGiven(map[name]) && [map[name]].flat().every((host) => isOwnHost(records, host))))
    return;
  const instances = [map[rule.instances]].flat();
  if (isGiven(map[rule.instances]) && instances.length <= MOST_TOUCHED) return;
  throw mayNot(records.hosts ?? [], 'look for anything but their own and what they name');
}

/** A bridge as the hosts of it that the object names, or that are at work on its server. */
async function concerned(records: Records, named: Named): Promise<Records> {
  const [uuid = ''] = uuidsOf(named('instance_uuid') ?? named('uuid'));
  const instance = uuid === '' || records.cell === undefined ? undefined : (await instanceItems(records, [uuid]))[0];
  const names = new Set<unknown>([
    ...['host', 'source_compute', 'dest_compute'].map(named),
    ...(instance === undefined ? [] : [instanceItem(instance).host, ...hostsOf(instance)]),
  ]);
  const hosts = (records.hosts ?? []).filter((host) => names.has(host));
  if (hosts.length === 0) throw mayNot(records.hosts ?? [], 'change what concerns other hosts');
  return { ...records, hosts: hosts.slice(0, MOST_IN_CONDITION) };
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

const isOwnHost = (records: Records, host: unknown): boolean =>
  typeof host === 'string' && records.hosts?.includes(host) === true;

/** Servers by uuid, or as objects that came whole. */
function uuidsOf(value: unknown): string[] {
  return [value].flat().map((each) => {
    if (each instanceof NovaObject) return textOf(each, 'uuid') ?? '';
    return typeof each === 'string' ? each : '';
  });
}
