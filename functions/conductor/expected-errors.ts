/**
 * The errors that migrate_server may answer without its being a failure of ours (spec/errors.md section 3). Both kinds of
 * MigrationError count among them, unlike in Nova (quirk Q10 is mended).
 */
const EXPECTED: ReadonlySet<string> = new Set([
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
  'MigrationError',
  'MigrationPreCheckClientException',
  'MigrationPreCheckError',
  'MigrationSchedulerRPCError',
  'NoValidHost',
  'UnableToMigrateToSelf',
  'UnsupportedPolicyException',
]);

/** Whether an error of this name is part of what callers of migrate_server are told, rather than a server failure. */
export const isExpectedOfMoves = (name: string): boolean => EXPECTED.has(name);
