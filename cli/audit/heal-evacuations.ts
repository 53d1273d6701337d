import { release } from '#operations/own-operation';
import { cellTable, instanceKey, migrationKey } from '#records/keys';
import { instanceItem } from '#records/items/instance';
import { migrationItem } from '#records/items/migration';
import { migrationOf, saveMigration } from '#records/methods/migration';
import { hostsAttribute, operationState } from '#records/operation';
import { recordsOf } from '#cli/executions/end-move';
import type { Remedy } from './finding.ts';
import { mayGoOn } from './audit-moves.ts';
import type { HealTarget } from './heal-moves.ts';

/** Statuses by which a compute that starts goes. */
const DESTROYS: readonly string[] = ['accepted', 'pre-migrating', 'done'];

/**
 * Ends an evacuation whose server is on its source, or was moved back to it, as one after which the source has cleaned
 * up: no compute goes by it any more. Where no execution is at work on it, the source may write the server again.
 */
export async function completeEvacuation(
  target: HealTarget,
  { cell: name, uuid, migration, source, host }: Extract<Remedy, { kind: 'complete-evacuation' }>,
): Promise<boolean> {
  const table = cellTable(name);
  const [instance, move] = await target.tables.batchGet([
    { table, key: instanceKey(uuid) },
    { table, key: migrationKey(uuid, migration) },
  ]);
  if (instance === undefined || move === undefined || instanceItem(instance).host !== host) return false;
  if (!DESTROYS.includes(migrationItem(move).status)) return false;
  const records = await recordsOf(target, name);
  const completed = migrationOf(move);
  completed.set('status', 'completed');
  await saveMigration(records, completed);
  const { owner } = operationState(instance, 'rebuild');
  if (
    host === source &&
    owner !== null &&
    !mayGoOn((await target.executions.describe('rebuild', owner))?.status ?? 'gone')
  )
    await release(target, { operation: 'rebuild', cell: records.cell, uuid, execution: owner }, hostsAttribute(source));
  return true;
}
