import { lookedUp } from '#records/lookup';
import { byId } from '#records/by-id';
import type { AnyObject } from '#objects/versioned/any-object';
import { MigrationList } from '#objects/migration/migration';
import type { Item } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { tableOf } from '#records/cell-table';
import { migrationOf, migrationsOf } from './migration.ts';
import { destinationPartition, isFinished, MIGRATION_SORT, sourcePartition } from '#records/migration-index';
import {
  integer,
  map,
  nullableText,
  optionalInteger,
  optionalText,
  optionalTexts,
  text,
  type ParsedArguments,
} from '#records/arguments';
import { mayRead, ownHost, search } from '#records/authority/rules';
import type { RecordMethods, Records } from '#records/method';
import { classMethod } from '#records/remotable-method';
import { hostsOfCell } from '#records/hosts/services-of-kind';
import { isVisible } from '#records/visibility';
import { migrationItem } from '#records/items/migration';
import { attributeNamed, changedAtOf } from '#records/items/read';

const listOf = (items: readonly Item[]): AnyObject => MigrationList.load({ objects: items.map(migrationOf) });

/** Migrations from and to a host, oldest first; finished ones only on request. */
export async function migrationsOfHost(
  records: Records,
  host: string,
  options: { readonly finished: boolean; readonly sourceOnly?: boolean },
): Promise<Item[]> {
  const table = tableOf(records);
  const stages = options.finished ? [false, true] : [false];
  const found = await Promise.all(
    stages.flatMap((finished) => [
      allPages(records.tables, table, {
        index: 'by-host',
        partition: sourcePartition(host, finished),
        sortPrefix: MIGRATION_SORT,
      }),
      options.sourceOnly === true
        ? Promise.resolve([])
        : lookedUp(records.tables, table, [destinationPartition(host, finished)], { sortPrefix: MIGRATION_SORT }),
    ]),
  );
  const items = new Map(found.flat().map((item) => [item.sk, item]));
  return byId([...items.values()]);
}

/** Where a move may come from or go to. */
const PLACE = { host: text, node: nullableText };

async function inProgress(
  records: Records,
  { host, node }: { readonly host: string; readonly node: string | null },
  over: (status: unknown) => boolean,
): Promise<Item[]> {
  const items = await migrationsOfHost(records, host, { finished: false });
  return items.filter((item) => {
    const { source_compute, source_node, dest_compute, dest_node, status } = migrationItem(item);
    const source = source_compute === host && source_node === node;
    const destination = dest_compute === host && dest_node === node;
    return isVisible(records.context, item) && (source || destination) && !over(status);
  });
}

/** Filters of get_by_filters, each a value or a list of values. */
const EQUAL = [
  'status',
  'source_compute',
  'migration_type',
  'hidden',
  'instance_uuid',
  'uuid',
  'id',
  'user_id',
  'project_id',
];

function matches(filters: Readonly<Record<string, unknown>>): (item: Item) => boolean {
  const accepts = (name: string, value: unknown): boolean => {
    const wanted = filters[name];
    if (wanted === undefined || (wanted === null && name !== 'source_compute')) return true;
    return Array.isArray(wanted) ? wanted.includes(value) : wanted === value;
  };
  return (item) => {
    if (
      !EQUAL.every((name) =>
        accepts(name, name === 'migration_type' ? migrationOf(item).peek(name) : attributeNamed(item, name)),
      )
    ) {
      return false;
    }
    const { host, node } = filters;
    const since = filters['changes-since'];
    const before = filters['changes-before'];
    const changed = changedAtOf(item);
    const { source_compute, source_node, dest_compute, dest_node } = migrationItem(item);
    return (
      (host === undefined || source_compute === host || dest_compute === host) &&
      (node === undefined || source_node === node || dest_node === node) &&
      (typeof since !== 'string' || changed >= since) &&
      (typeof before !== 'string' || changed <= before)
    );
  };
}

/** Where to look: at one server, at one host, or at all hosts of the cell. */
async function candidates(records: Records, filters: Readonly<Record<string, unknown>>): Promise<Item[]> {
  const uuid = filters['instance_uuid'];
  if (typeof uuid === 'string') return migrationsOf(records, uuid);
  if (Array.isArray(uuid)) {
    const uuids: readonly unknown[] = uuid;
    return byId((await Promise.all(uuids.map((each) => migrationsOf(records, String(each))))).flat());
  }
  const statuses: readonly unknown[] = [filters['status'] ?? []].flat();
  const finished = records.context.read_deleted !== 'no' || statuses.length === 0 || statuses.some(isFinished);
  const { host, source_compute } = filters;
  if (typeof source_compute === 'string') {
    return migrationsOfHost(records, source_compute, { finished, sourceOnly: true });
  }
  if (typeof host === 'string') return migrationsOfHost(records, host, { finished });
  const hosts = await hostsOfCell(records);
  const items = await Promise.all(hosts.map((each) => migrationsOfHost(records, each, { finished })));
  return byId([...new Map(items.flat().map((item) => [item.sk, item])).values()]);
}

const PAGE = { sort_keys: optionalTexts, sort_dirs: optionalTexts, limit: optionalInteger, marker: optionalText };

function page(items: Item[], { sort_keys, sort_dirs, limit, marker }: ParsedArguments<typeof PAGE>): Item[] {
  const [keys, dirs] = [sort_keys ?? [], sort_dirs ?? []];
  const compare = (a: Item, b: Item): number => {
    for (const [at, key] of keys.entries()) {
      const [left, right] = [attributeNamed(a, key) ?? '', attributeNamed(b, key) ?? ''];
      if (left === right) continue;
      return (left < right ? -1 : 1) * (dirs[at] === 'asc' ? 1 : -1);
    }
    return 0;
  };
  const sorted = keys.length === 0 ? items : items.toSorted(compare);
  const from = marker === null ? 0 : sorted.findIndex((item) => migrationItem(item).uuid === marker) + 1;
  return sorted.slice(from, limit === null ? undefined : from + limit);
}

const OF_INSTANCE = { instance_uuid: text, migration_type: optionalText };
const UNCONFIRMED = { confirm_window: integer, dest_compute: text };

export const migrationList: RecordMethods = {
  class: {
    get_in_progress_and_error: classMethod({ schema: PLACE, authority: ownHost('host') }, async (records, place) =>
      listOf(await inProgress(records, place, (status) => isFinished(status))),
    ),
    get_in_progress_by_host_and_node: classMethod(
      { schema: PLACE, authority: ownHost('host') },
      async (records, place) =>
        listOf(await inProgress(records, place, (status) => isFinished(status) || status === 'error')),
    ),
    get_in_progress_by_instance: classMethod(
      { schema: OF_INSTANCE, authority: mayRead('instance_uuid') },
      async (records, { instance_uuid, migration_type }) => {
        const items = await migrationsOf(records, instance_uuid);
        return listOf(
          items.filter(
            (item) =>
              isVisible(records.context, item) &&
              ['queued', 'preparing', 'running', 'post-migrating'].includes(migrationItem(item).status) &&
              (migration_type === null || migrationItem(item).migration_type === migration_type),
          ),
        );
      },
    ),
    get_unconfirmed_by_dest_compute: classMethod(
      { schema: UNCONFIRMED, authority: ownHost('dest_compute') },
      async (records, args) => {
        const latest = records.clock.now() - args.confirm_window * 1000;
        const items = await migrationsOfHost(records, args.dest_compute, { finished: false });
        return listOf(
          items.filter((item) => {
            const { status, dest_compute, updated_at } = migrationItem(item);
            const waits = status === 'finished' && dest_compute === args.dest_compute;
            return isVisible(records.context, item) && waits && Date.parse(updated_at ?? '') <= latest;
          }),
        );
      },
    ),
    get_by_filters: classMethod(
      { schema: { filters: map, ...PAGE }, authority: search('filters', ['host', 'source_compute'], 'instance_uuid') },
      async (records, { filters, ...asked }) => {
        if (asked.limit === 0) return listOf([]);
        const items = (await candidates(records, filters)).filter((item) => isVisible(records.context, item));
        return listOf(page(items.filter(matches(filters)), asked));
      },
    ),
  },
};
