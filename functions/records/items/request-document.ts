import type { Attributes } from '#ports/tables';
import { mapOf } from '#wire/reading';

/** Reads the item of a request's document: what the request has reserved, empty when it has reserved nothing. */
export const requestDocumentItem = (item: Attributes) => ({ reserved: mapOf(item['reserved']) });

/** Reads the item of one server of a request. */
export const serverDocumentItem = (item: Attributes) => ({
  /** Whether the server's share of what was reserved was given back. */
  returned: item['returned'] === true,
});
