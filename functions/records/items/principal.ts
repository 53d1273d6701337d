import type { Attributes } from '#ports/tables';
import { textsOf } from '#wire/reading';
import { nonEmptyText } from './read.ts';

/** Who may send messages, as it lies in the table of mappings. */
export type PrincipalItem = ReturnType<typeof storedPrincipal>;

/** Reads the attributes of a principal's item. */
export const storedPrincipal = (item: Attributes) => ({
  /** `host`, `publisher`, `operator` or `conductor`; null in items of before roles. */
  role: nonEmptyText(item['role']),
  /** Hosts that it speaks for. */
  hosts: textsOf(item['hosts']),
});
