import { nullable, readOnly, withDefault } from '#objects/versioned/field';
import { boolean, integer, string, uuid } from '#objects/versioned/fields';
import { defineList, defineObject } from '#objects/versioned/object-type';
import { timestamps } from '#objects/versioned/persistent';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';

/** Where a cell's store and queue are. cell0 has a store and no queue. */
export const CellMapping = defineObject({
  name: 'CellMapping',
  version: '1.1',
  // 1.0 first
  // 1.1 adds disabled
  fields: {
    id: readOnly(integer()),
    uuid: uuid(),
    name: nullable(string()),
    transport_url: string(),
    database_connection: string(),
    disabled: withDefault(boolean(), false),
    ...timestamps,
  },
  drops: {
    '1.1': ['disabled'],
  },
  remotable: {
    create: instanceMethod(),
    destroy: instanceMethod(),
    get_by_uuid: classMethod(['uuid']),
    save: instanceMethod(),
  },
});

/** A list of CellMapping. */
export const CellMappingList = defineList({
  name: 'CellMappingList',
  version: '1.1',
  // 1.0 first
  // 1.1 adds get_by_disabled
  of: CellMapping,
  remotable: {
    get_all: classMethod(),
    get_by_disabled: classMethod(['disabled']),
  },
});
