import { CellMapping } from '#objects/cell-mapping';
import { object } from '#objects/containers';
import { readOnly } from '#objects/field';
import { integer, string } from '#objects/fields';
import { defineList, defineObject } from '#objects/object-type';
import { timestamps } from '#objects/persistent';
import { classMethod, instanceMethod } from '#objects/remotable';

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
