import { withDefault } from '#objects/versioned/field';
import { integer } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** Memory pages of one size in a NUMA cell. */
export const NUMAPagesTopology = defineObject({
  name: 'NUMAPagesTopology',
  version: '1.1',
  // 1.0 first
  // 1.1 adds reserved
  fields: {
    size_kb: integer(),
    total: integer(),
    used: withDefault(integer(), 0),
    reserved: withDefault(integer(), 0),
  },
  drops: {
    '1.1': ['reserved'],
  },
});
