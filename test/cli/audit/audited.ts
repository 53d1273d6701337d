import type { AuditedInstance } from '#cli/audit/audit-facts';
import type { AuditedMigration } from '#cli/audit/audited-migrations';

export const LONG_AGO = '2026-01-01T08:00:00Z';

export const server = (changes: Partial<AuditedInstance> = {}): AuditedInstance => ({
  uuid: 'server-1',
  name: 'vm',
  cell: 'cell1',
  host: null,
  vmState: 'active',
  taskState: null,
  powerState: 1,
  project: 'p',
  flavor: 'm1.tiny',
  createdAt: null,
  updatedAt: LONG_AGO,
  deleted: false,
  hidden: false,
  lastExecution: null,
  owners: [],
  quota: undefined,
  givenUp: [],
  held: undefined,
  ...changes,
});

export const migration = (changes: Partial<AuditedMigration> = {}): AuditedMigration => ({
  uuid: 'migration-1',
  instance: 'server-1',
  cell: 'cell1',
  type: 'live-migration',
  status: 'running',
  updatedAt: LONG_AGO,
  createdAt: null,
  acrossCells: false,
  destination: null,
  deleted: false,
  ...changes,
});

/** An execution that a server's record remembers. */
export const owner = (status: string, operation: AuditedInstance['owners'][number]['operation'] = 'live-migrate') => ({
  operation,
  owner: 'x1',
  status,
});
