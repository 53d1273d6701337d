import { CellMapping } from '#objects/mapping/cell-mapping';
import { listOf, object, setOf } from '#objects/versioned/containers';
import { nullable, withDefault, withNew } from '#objects/versioned/field';
import { boolean, string } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** Where a request must or must not go: a host, a node, a cell, aggregates. */
export const Destination = defineObject({
  name: 'Destination',
  version: '1.4',
  // 1.0 first
  // 1.1 adds cell
  // 1.2 adds aggregates
  // 1.3 adds allow_cross_cell_move
  // 1.4 adds forbidden_aggregates
  fields: {
    host: string(),
    node: nullable(string()),
    cell: nullable(object(CellMapping)),
    aggregates: withNew(nullable(listOf(string())), () => null),
    allow_cross_cell_move: withDefault(boolean(), false),
    forbidden_aggregates: withNew(nullable(setOf(string())), () => null),
  },
  readUnset: (name, unset) => unset.type.field(name)?.fallback?.(),
  drops: {
    '1.1': ['cell'],
    '1.2': ['aggregates'],
    '1.3': ['allow_cross_cell_move'],
    '1.4': ['forbidden_aggregates'],
  },
});
