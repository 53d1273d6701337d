import { KeyError } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import type { Data } from '#objects/versioned/primitive';
import { nullable, withDefault } from '#objects/versioned/field';
import { boolean, enumOf, integer, string, uuid } from '#objects/versioned/fields';
import { defineList, defineObject } from '#objects/versioned/object-type';
import { persistent } from '#objects/versioned/persistent';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';

const PROGRESS = [
  'memory_total',
  'memory_processed',
  'memory_remaining',
  'disk_total',
  'disk_processed',
  'disk_remaining',
] as const;

/** A move of a server: migrate, resize, live migration or evacuation. */
export const Migration = defineObject({
  name: 'Migration',
  version: '1.8',
  // 1.0 first
  // 1.1 texts may be any Unicode
  // 1.2 adds migration_type and hidden
  // 1.3 adds get_by_id_and_instance
  // 1.4 adds the six memory and disk amounts
  // 1.5 adds uuid
  // 1.6 adds cross_cell_move and get_by_uuid
  // 1.7 adds user_id and project_id
  // 1.8 adds dest_compute_id
  fields: {
    id: integer(),
    uuid: uuid(),
    source_compute: nullable(string()),
    dest_compute: nullable(string()),
    source_node: nullable(string()),
    dest_node: nullable(string()),
    dest_compute_id: nullable(integer()),
    dest_host: nullable(string()),
    old_instance_type_id: nullable(integer()),
    new_instance_type_id: nullable(integer()),
    instance_uuid: nullable(string()),
    status: nullable(string()),
    migration_type: enumOf('MigrationType', ['migration', 'resize', 'live-migration', 'evacuation']),
    hidden: withDefault(boolean(), false),
    memory_total: nullable(integer()),
    memory_processed: nullable(integer()),
    memory_remaining: nullable(integer()),
    disk_total: nullable(integer()),
    disk_processed: nullable(integer()),
    disk_remaining: nullable(integer()),
    cross_cell_move: withDefault(boolean(), false),
    user_id: nullable(string()),
    project_id: nullable(string()),
    ...persistent,
  },
  readUnset: (name, migration) => {
    if (name === 'migration_type') return migrationType(migration);
    return name === 'hidden' || name === 'cross_cell_move' ? false : undefined;
  },
  lower: (data, below) => {
    if (below('1.2')) requireTogether(data, ['migration_type', 'hidden']);
    if (below('1.4')) requireTogether(data, PROGRESS);
  },
  drops: {
    '1.2': ['migration_type', 'hidden'],
    '1.4': PROGRESS,
    '1.5': ['uuid'],
    '1.6': ['cross_cell_move'],
    '1.7': ['user_id', 'project_id'],
    '1.8': ['dest_compute_id'],
  },
  remotable: {
    create: instanceMethod(),
    get_by_id: classMethod(['migration_id']),
    get_by_id_and_instance: classMethod(['migration_id', 'instance_uuid']),
    get_by_instance_and_status: classMethod(['instance_uuid', 'status']),
    get_by_uuid: classMethod(['migration_uuid']),
    save: instanceMethod(),
  },
});

/** Old records show the type by the flavors only. */
function migrationType(migration: AnyObject): string {
  return migration.get('old_instance_type_id') === migration.get('new_instance_type_id') ? 'migration' : 'resize';
}

/** Nova removes these as one: where the first is set, a missing other one is an error.
 * @throws KeyError naming the missing one. */
function requireTogether(data: Data, names: readonly [string, ...string[]]): void {
  if (!Object.hasOwn(data, names[0])) return;
  for (const name of names) if (!Object.hasOwn(data, name)) throw new KeyError(name);
}

/** A list of Migration. */
export const MigrationList = defineList({
  name: 'MigrationList',
  version: '1.5',
  // 1.0 first, Migration 1.1
  // 1.1 get_unconfirmed_by_dest_compute takes use_slave
  // 1.2 Migration 1.2
  // 1.3 adds get_in_progress_by_instance
  // 1.4 get_by_filters is sorted and paged
  // 1.5 adds get_in_progress_and_error
  of: Migration,
  remotable: {
    get_by_filters: classMethod(['filters'], { sort_keys: null, sort_dirs: null, limit: null, marker: null }),
    get_in_progress_and_error: classMethod(['host', 'node']),
    get_in_progress_by_host_and_node: classMethod(['host', 'node']),
    get_in_progress_by_instance: classMethod(['instance_uuid'], { migration_type: null }),
    get_unconfirmed_by_dest_compute: classMethod(['confirm_window', 'dest_compute'], { use_slave: false }),
  },
});
