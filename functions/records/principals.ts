import type { Item } from '#ports/tables';
import { principalKey } from './keys.ts';
import { storedPrincipal } from '#records/items/principal';

/**
 * Who sends messages. A host speaks for the hosts that it is registered with, and writes only records that involve
 * them; a publisher is an API service; an operator may besides redrive dead letters in the name of their original
 * senders. The conductor is one of our own functions, which registers itself; the operator's fencing agent says which
 * hosts are off, and may do nothing else.
 */
export type Role = 'host' | 'publisher' | 'operator' | 'conductor' | 'fencing-agent';

const ROLES: readonly Role[] = ['publisher', 'operator', 'conductor', 'fencing-agent'];

/** A principal that the deployment knows. */
export interface Principal {
  readonly principal: string;
  readonly role: Role;
  /** Empty for those who are no host. */
  readonly hosts: readonly string[];
}

/** All principals are found together, in one partition of the index by cell. */
export const PRINCIPALS = 'principals';

export const principalItem = ({ principal, role, hosts }: Principal): Item => ({
  ...principalKey(principal),
  principal,
  role,
  hosts: [...hosts],
  by_cell: PRINCIPALS,
  by_cell_sort: principal,
});

/** Reads a principal's item; one that names no role is a host's. */
export function readPrincipal(item: Item): Principal {
  const { role, hosts } = storedPrincipal(item);
  return {
    principal: item.pk.slice(principalKey('').pk.length),
    role: ROLES.find((each) => each === role) ?? 'host',
    hosts,
  };
}
