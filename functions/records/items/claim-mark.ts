import type { Attributes } from '#ports/tables';
import { textsOf } from '#wire/reading';

/** Reads the item of a claim's mark: what the claim by an operation found when it was made. */
export const claimMarkItem = (item: Attributes) => ({
  /** uuids of the providers that the consumer held something on before. */
  providers: textsOf(item['providers']),
});
