import type { Tables } from '#ports/tables';
import type { Change } from '../commit.ts';
import type { Consumer } from '../consumer-item.ts';
import { Refused } from './answer.ts';
import { findProvider, type ProviderRecord } from './provider-record.ts';

/** What a caller may do beyond reading providers and names. */
export interface Rights {
  /** Whether a compute node's provider, and all below it, is the caller's own. */
  owns(root: ProviderRecord): Promise<boolean>;
  /** Whether the caller may make the provider of a compute node. */
  mayMake(uuid: string): Promise<boolean>;
  /** Whether the caller may know what a consumer holds. */
  sees(consumer: string, held: Consumer): Promise<boolean>;
  /** @throws Refused with 403 for claims that are not the caller's to change */
  mustBeTheirs(changes: readonly Change[]): Promise<void>;
}

/** Somebody asks for what is not theirs. */
export const forbidden = (what: string): Refused => new Refused(403, what);

/** @throws Refused with 403 for a provider that is another's */
export async function mustOwn(tables: Tables, rights: Rights | undefined, found: ProviderRecord): Promise<void> {
  if (rights === undefined) return;
  const root = found.root === found.uuid ? found : await findProvider(tables, found.root);
  if (root === undefined || !(await rights.owns(root)))
    throw forbidden(`resource provider ${found.uuid} belongs to another host`);
}
