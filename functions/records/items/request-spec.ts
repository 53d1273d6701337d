import type { Attributes } from '#ports/tables';
import { wireOf } from '#wire/reading';

/** Reads the item of a request spec: the stored RequestSpec, null when it is none. */
export const requestSpecItem = (item: Attributes) => ({ spec: wireOf(item['spec']) ?? null });
