import type { MigrationItem } from '#records/items/migration';

/** A migration that is not over, or in error, or an evacuation that has failed. */
export interface AuditedMigration {
  readonly uuid: string;
  readonly instance: string;
  readonly cell: string;
  readonly type: string;
  readonly status: string;
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  readonly acrossCells: boolean;
  /** The host that it leads to. */
  readonly destination: string | null;
  readonly deleted: boolean;
}

/** An evacuation that a compute which starts would go by. */
export interface AuditedEvacuation {
  readonly uuid: string;
  readonly instance: string;
  readonly cell: string;
  readonly status: string;
  readonly source: string | null;
}

/** Whether it is one by which a compute that starts destroys a guest. */
export const isEvacuation = ({ migration_type, status, deleted }: MigrationItem): boolean =>
  !deleted && migration_type === 'evacuation' && ['accepted', 'pre-migrating', 'done'].includes(status);

/** Whether it is one that the new host has given up. */
export const isFailedEvacuation = ({ migration_type, status, deleted }: MigrationItem): boolean =>
  !deleted && migration_type === 'evacuation' && status === 'failed';

export const evacuating = (cell: string, migration: MigrationItem): AuditedEvacuation => ({
  uuid: migration.uuid,
  instance: migration.instance_uuid,
  cell,
  status: migration.status,
  source: migration.source_compute,
});

export const moving = (cell: string, migration: MigrationItem): AuditedMigration => ({
  uuid: migration.uuid,
  instance: migration.instance_uuid,
  cell,
  type: migration.migration_type,
  status: migration.status,
  createdAt: migration.created_at,
  updatedAt: migration.updated_at ?? migration.created_at,
  acrossCells: migration.cross_cell_move,
  destination: migration.dest_compute,
  deleted: migration.deleted,
});
