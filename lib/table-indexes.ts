import { LOOKUP } from '#ports/index-attribute';

/** Indexes of the API level's tables, so that a grant names them one by one. */
export const INDEXES = {
  mappings: ['by-cell', 'by-project'],
  'build-requests': ['by-project'],
  api: ['by-project'],
  requests: [],
  placement: [LOOKUP, 'by-capacity'],
} as const satisfies Record<string, readonly string[]>;

/** Indexes of every cell's table. */
export const CELL_INDEXES = ['by-host', LOOKUP] as const;
