import type { Attributes } from '#ports/tables';
import { wireOf } from '#wire/reading';
import { finiteNumber } from './read.ts';

/** What a server was last scheduled by. */
export type RequestSpecItem = ReturnType<typeof requestSpecItem>;

/** Reads the item of a request spec: the stored RequestSpec, null when it is none. */
export const requestSpecItem = (item: Attributes) => ({
  id: finiteNumber(item['id']),
  spec: wireOf(item['spec']) ?? null,
});
