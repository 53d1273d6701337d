import { CellMapping } from './cell-mapping.ts';
import { object } from '#objects/versioned/containers';
import { nullable, readOnly, withDefault } from '#objects/versioned/field';
import { boolean, integer, string, uuid } from '#objects/versioned/fields';
import { defineList, defineObject } from '#objects/versioned/object-type';
import { timestamps } from '#objects/versioned/persistent';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';

/** The cell that a server lives in; null while it is not placed. */
export const InstanceMapping = defineObject({
  name: 'InstanceMapping',
  version: '1.2',
  // 1.0 first
  // 1.1 adds queued_for_delete
  // 1.2 adds user_id
  fields: {
    id: readOnly(integer()),
    instance_uuid: uuid(),
    cell_mapping: nullable(object(CellMapping)),
    project_id: string(),
    user_id: string(),
    queued_for_delete: withDefault(boolean(), false),
    ...timestamps,
  },
  drops: {
    '1.1': ['queued_for_delete'],
    '1.2': ['user_id'],
  },
  remotable: {
    create: instanceMethod(),
    destroy: instanceMethod(),
    get_by_instance_uuid: classMethod(['instance_uuid']),
    save: instanceMethod(),
  },
});

/** A list of InstanceMapping. */
export const InstanceMappingList = defineList({
  name: 'InstanceMappingList',
  version: '1.3',
  // 1.0 first
  // 1.1 adds get_by_cell_id
  // 1.2 adds get_by_instance_uuids
  // 1.3 adds get_counts
  of: InstanceMapping,
  remotable: {
    get_by_cell_id: classMethod(['cell_id']),
    get_by_instance_uuids: classMethod(['uuids']),
    get_by_project_id: classMethod(['project_id']),
    get_counts: classMethod(['project_id'], { user_id: null }),
  },
});
