import type { Attributes } from '#ports/tables';
import { textsOf } from '#wire/reading';

/** What a claim by an operation found when it was made. */
export type ClaimMarkItem = ReturnType<typeof claimMarkItem>;

/** Reads the item of a claim's mark. */
export const claimMarkItem = (item: Attributes) => ({
  /** uuids of the providers that the consumer held something on before. */
  providers: textsOf(item['providers']),
});
