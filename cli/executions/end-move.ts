import { FINAL_STATUSES } from '#conductor/settled';
import { isoSeconds } from '#conductor/time';
import { endMigrations } from '#operations/end-migration';
import { settleAllocations } from '#operations/ended-move';
import { cellTable, migrationKey } from '#records/keys';
import { migrationsOf } from '#records/methods/migration';
import { cellNamed } from '#cli/inventory/cells';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { migrationItem, type MigrationItem } from '#records/items/migration';

/** What a command needs to end a move. */
export type MoveTarget = Pick<DeploymentTarget, 'clock' | 'counter' | 'ids' | 'placement' | 'tables'>;

/** How many migrations were ended, and what went wrong with their claims, for people. */
interface Ended {
  readonly ended: number;
  readonly troubles: readonly string[];
}

/** The records of a cell, deleted ones too, for a command that acts for no project. */
export const recordsOf = async <T extends Pick<MoveTarget, 'clock' | 'tables'>>(target: T, cell: string) => ({
  ...target,
  cell: await cellNamed(target, cell),
  context: {
    request_id: '',
    user_id: null,
    project_id: null,
    is_admin: true,
    read_deleted: 'yes',
    timestamp: isoSeconds(target.clock.now()),
  } as const,
});

/**
 * Ends the migrations of a server that go on and fit, in error, and puts their claims where the server is: their hosts
 * can no longer begin them again.
 */
export async function endMoves(
  target: MoveTarget,
  cell: string,
  uuid: string,
  fits: (migration: MigrationItem) => boolean = () => true,
): Promise<Ended> {
  const records = await recordsOf(target, cell);
  const going = (await migrationsOf(records, uuid))
    .map(migrationItem)
    .filter((item) => fits(item) && !FINAL_STATUSES.has(item.status));
  await endMigrations(records, uuid, 'error', fits);
  const troubles: string[] = [];
  const services = { ...target, log: { error: (text: string) => void troubles.push(text) } };
  for (const { uuid: migration } of going) {
    const ended = await target.tables.get(cellTable(cell), migrationKey(uuid, migration));
    if (ended !== undefined) await settleAllocations(services, cell, ended);
  }
  return { ended: going.length, troubles };
}
