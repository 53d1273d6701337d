/** The errors by which a move is refused (nova.conductor.manager `_live_migrate`), with quirk Q9 mended. */
export const REFUSALS: readonly string[] = [
  'ComputeHostNotFound',
  'ComputeServiceUnavailable',
  'DestinationHypervisorTooOld',
  'HypervisorUnavailable',
  'InstanceInvalidState',
  'InvalidCPUInfo',
  'InvalidHypervisorType',
  'InvalidLocalStorage',
  'InvalidSharedStorage',
  'LiveMigrationWithOldNovaNotSupported',
  'MaxRetriesExceeded',
  'MigrationPreCheckClientException',
  'MigrationPreCheckError',
  'MigrationSchedulerRPCError',
  'NoValidHost',
  'UnableToMigrateToSelf',
  'UnsupportedPolicyException',
];

/**
 * The errors that migrate_server may answer without its being a failure of ours. Both kinds of MigrationError count
 * among them, unlike in Nova (quirk Q10 is mended).
 */
const EXPECTED: ReadonlySet<string> = new Set([...REFUSALS, 'MigrationError']);

/**
 * Whether an error of this name is part of what callers of migrate_server are answered, rather than a server failure.
 */
export const isExpectedOfMoves = (name: string): boolean => EXPECTED.has(name);
