import type { Json } from '#ports/json';
import type { StoredOperation } from '#operations/operation-document';
import { listOf } from '#wire/reading';

/**
 * The Selections of a move: those that the scheduler gave, which lie with the request where the workflow of another
 * cell needs them, else those with which a compute gave the server back.
 */
export const selectionsOf = (
  state: { readonly selections?: readonly Json[] },
  { selections, arguments: args }: StoredOperation,
): readonly Json[] => state.selections ?? (selections.length > 0 ? selections : listOf(args['host_list']));
