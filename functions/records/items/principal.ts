import type { Attributes } from '#ports/tables';
import { textsOf } from '#wire/reading';
import { nonEmptyText } from './read.ts';

/** Reads the attributes of a principal's item: who may send messages, and for whom. */
export const storedPrincipal = (item: Attributes) => ({
  /** `host`, `publisher`, `operator` or `conductor`; null in items of before roles. */
  role: nonEmptyText(item['role']),
  /** Hosts that it speaks for. */
  hosts: textsOf(item['hosts']),
});
