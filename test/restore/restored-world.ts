import type { AuditTarget } from '#cli/audit/audit-facts';
import { findingsOf } from '#cli/audit/audit';
import type { Finding } from '#cli/audit/finding';
import { completeEvacuation } from '#cli/audit/heal-evacuations';
import { keepGuest } from '#cli/audit/heal-guests';
import type { Item } from '#ports/tables';
import type { BuildWorld } from '../fixtures/build-world.ts';

/** The items of a table as they are now, to be put back later. */
export const copyOf = (world: BuildWorld, table: string): readonly Item[] => structuredClone(world.items(table));

/** Restores a table to a copy of it: what came later is gone. */
export async function restore(world: BuildWorld, table: string, copy: readonly Item[]): Promise<void> {
  const { tables } = world.platform;
  for (const { pk, sk } of world.items(table)) await tables.delete(table, { pk, sk });
  for (const item of copy) await tables.put(table, item);
}

/** What an audit reads of a world; of executions that each of them is over. */
export const reachOf = ({ services, platform }: BuildWorld) => ({
  ...services,
  scan: async function* scan(table: string): AsyncIterable<Item> {
    yield* platform.tables.dump()[table] ?? [];
  },
  executions: { describe: () => Promise.resolve(undefined) },
  cloudPlacement: () => Promise.resolve(undefined),
});

/** Rule and subject of all that an audit finds after a restore. */
export async function foundAfter(world: BuildWorld): Promise<Finding[]> {
  const target: AuditTarget = reachOf(world);
  return findingsOf(target, { afterRestore: true });
}

/** Does what `conductor heal` does about guests that a host would destroy. */
export async function healAfter(world: BuildWorld): Promise<void> {
  for (const { remedy } of await foundAfter(world)) {
    if (remedy?.kind === 'complete-evacuation') await completeEvacuation(reachOf(world), remedy);
    if (remedy?.kind === 'keep-guest') await keepGuest(reachOf(world), remedy);
  }
}
