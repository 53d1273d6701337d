import type { Item } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { releaseSurplus } from '#operations/claims-elsewhere';
import { cellTable, instanceKey } from '#records/keys';
import { OPERATIONS, operationState } from '#records/operation';
import type { AuditTarget } from './audit-facts.ts';
import { goesOn, mayGoOn } from './audit-moves.ts';
import { endMoves } from '#cli/executions/end-move';
import type { Remedy } from './finding.ts';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { instanceItem } from '#records/items/instance';
import { migrationItem } from '#records/items/migration';

/** What mending reaches; of executions their status. */
export type HealTarget = Pick<DeploymentTarget, 'clock' | 'counter' | 'ids' | 'placement' | 'tables'> &
  Pick<AuditTarget, 'executions'>;

/** Gives back what a server holds beside its host, unless it has moved or is being moved by now. */
export async function healClaim(
  target: HealTarget,
  { cell, uuid, host }: Extract<Remedy, { kind: 'release-elsewhere' }>,
): Promise<boolean> {
  const item = await target.tables.get(cellTable(cell), instanceKey(uuid));
  if (item === undefined) return false;
  const instance = instanceItem(item);
  if (instance.deleted || instance.host !== host) return false;
  if ((await isWanted(target, item)) || (await isMoving(target, cell, uuid))) return false;
  return releaseSurplus(target, cell, uuid, host);
}

/** Ends a migration that nobody sees to, unless somebody does by now. */
export async function healMigration(
  target: HealTarget,
  { cell, uuid, migration }: Extract<Remedy, { kind: 'end-migration' }>,
): Promise<boolean> {
  const item = await target.tables.get(cellTable(cell), instanceKey(uuid));
  const instance = item && instanceItem(item);
  if (item !== undefined && instance?.deleted === false)
    if (instance.task_state !== null || (await isWanted(target, item))) return false;
  const { ended } = await endMoves(target, cell, uuid, (each) => each.uuid === migration);
  if (ended === 0) return false;
  // An evacuation holds nothing by its migration: its server holds the destination beside the source.
  const host = instance?.deleted === false ? instance.host : null;
  if (host !== null && !(await isMoving(target, cell, uuid))) await releaseSurplus(target, cell, uuid, host);
  return true;
}

/** Whether an execution runs for the server, or has failed and may be redriven. */
export async function isWanted(target: HealTarget, item: Item): Promise<boolean> {
  for (const operation of OPERATIONS) {
    const { owner } = operationState(item, operation);
    if (owner !== null && mayGoOn((await target.executions.describe(operation, owner))?.status ?? 'gone')) return true;
  }
  return false;
}

async function isMoving({ tables }: HealTarget, cell: string, uuid: string): Promise<boolean> {
  const query = { partition: instanceKey(uuid).pk, sortPrefix: 'migration#', consistent: true };
  const migrations = await allPages(tables, cellTable(cell), query);
  return migrations.map(migrationItem).some(goesOn);
}
