import { randomUUID } from 'node:crypto';
import type { Ids } from '#ports/ids';

/** Random identifiers. */
export const randomIds: Ids = { uuid: () => randomUUID() };
