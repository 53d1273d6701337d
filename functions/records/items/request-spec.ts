import type { Attributes } from '#ports/tables';
import { wireOf } from '#wire/reading';
import { finiteNumber } from './read.ts';

/** Reads the item of a request spec, by which a server was last scheduled: the stored RequestSpec, null when it is none. */
export const requestSpecItem = (item: Attributes) => ({
  id: finiteNumber(item['id']),
  spec: wireOf(item['spec']) ?? null,
});
