import type { Attributes } from '#ports/tables';
import { wireOf } from '#wire/reading';
import { finiteNumber, nonEmptyText } from './read.ts';

/** A request spec. */
export type RequestSpecItem = ReturnType<typeof requestSpecItem>;

/**
 * Reads the item of a request spec, by which a server was last scheduled: the stored RequestSpec, null when it is none.
 */
export const requestSpecItem = (item: Attributes) => ({
  id: finiteNumber(item['id']),
  instance_uuid: nonEmptyText(item['instance_uuid']),
  spec: wireOf(item['spec']) ?? null,
});
