import { dictOf, listOf } from '#objects/versioned/containers';
import { nullable, withDefault } from '#objects/versioned/field';
import { boolean, float, integer, string } from '#objects/versioned/fields';
import { defineList, defineObject } from '#objects/versioned/object-type';
import { persistent } from '#objects/versioned/persistent';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';

/** The size of a server. The description is never stored inside an instance. */
export const Flavor = defineObject({
  name: 'Flavor',
  version: '1.2',
  // 1.0 first
  // 1.1 adds save_projects, save_extra_specs; save is no longer remotable
  // 1.2 adds description
  fields: {
    id: integer(),
    name: nullable(string()),
    memory_mb: integer(),
    vcpus: integer(),
    root_gb: integer(),
    ephemeral_gb: integer(),
    flavorid: string(),
    swap: integer(),
    rxtx_factor: withDefault(nullable(float()), 1.0),
    vcpu_weight: nullable(integer()),
    disabled: boolean(),
    is_public: boolean(),
    extra_specs: dictOf(string()),
    projects: listOf(string()),
    description: nullable(string()),
    ...persistent,
  },
  tracked: ['extra_specs', 'projects'],
  receivedIsChange: true,
  lazy: ['projects'],
  drops: {
    '1.2': ['description'],
  },
  remotable: {
    _load_projects: instanceMethod(),
    add_access: instanceMethod(['project_id']),
    create: instanceMethod(),
    destroy: instanceMethod(),
    get_by_flavor_id: classMethod(['flavor_id'], { read_deleted: null }),
    get_by_id: classMethod(['id']),
    get_by_name: classMethod(['name']),
    remove_access: instanceMethod(['project_id']),
    save_extra_specs: instanceMethod([], { to_add: null, to_delete: null }),
    save_projects: instanceMethod([], { to_add: null, to_delete: null }),
  },
});

/** A list of Flavor. */
export const FlavorList = defineList({
  name: 'FlavorList',
  version: '1.1',
  // 1.0 first
  // 1.1 Flavor 1.1
  of: Flavor,
  remotable: {
    get_all: classMethod([], {
      inactive: false,
      filters: null,
      sort_key: 'flavorid',
      sort_dir: 'asc',
      limit: null,
      marker: null,
    }),
  },
});
