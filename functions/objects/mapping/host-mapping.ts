import { CellMapping } from './cell-mapping.ts';
import { object } from '#objects/versioned/containers';
import { readOnly } from '#objects/versioned/field';
import { integer, string } from '#objects/versioned/fields';
import { defineList, defineObject } from '#objects/versioned/object-type';
import { timestamps } from '#objects/versioned/persistent';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';

/** The cell that a host belongs to. */
export const HostMapping = defineObject({
  name: 'HostMapping',
  version: '1.0',
  // 1.0 first
  fields: {
    id: readOnly(integer()),
    host: string(),
    cell_mapping: object(CellMapping),
    ...timestamps,
  },
  lazy: ['cell_mapping'],
  remotable: {
    create: instanceMethod(),
    destroy: instanceMethod(),
    get_by_host: classMethod(['host']),
    save: instanceMethod(),
  },
});

/** A list of HostMapping. */
export const HostMappingList = defineList({
  name: 'HostMappingList',
  version: '1.1',
  // 1.0 first
  // 1.1 adds get_all
  of: HostMapping,
  remotable: {
    get_all: classMethod(),
    get_by_cell_id: classMethod(['cell_id']),
  },
});
