import type { Attributes } from '#ports/tables';
import { nonEmptyText } from './read.ts';

/** Reads which cell a compute node is known in to placement. */
export const providerCellItem = (item: Attributes) => ({ cell: nonEmptyText(item['cell']) });
