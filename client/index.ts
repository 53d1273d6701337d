/** What publishers import: the client, what it takes and answers, and every error that it can fail with. */
export * from '#errors';
export { MessageTooLong, QueueDoesNotExist, QueueThrottled, type OutgoingMessage } from '#ports/queues';
export type { Clock } from '#ports/clock';
export type { RequestContext } from '#ports/context';
export type { Ids } from '#ports/ids';
export type { Json, JsonMap, WireObject } from '#ports/json';
export type { Log, LogFields } from '#ports/log';
export { applyUpdates, dirtyFields, isMap, isWireObject, newObject, plain, setFields } from '#wire/wire';
export type { Bus, Reader, ReceivedMessage } from './bus.ts';
export {
  VersionCapTooLow,
  type AttachVolume,
  type BuildInstances,
  type CacheImages,
  type EndCrossCellResize,
  type LiveMigrateInstance,
  type MigrateServer,
  type RebuildInstance,
  type ScheduleAndBuildInstances,
} from './compute-task-messages.ts';
export {
  ConductorClient,
  type CallTarget,
  type ClientLog,
  type ClientOptions,
  type LiveMigration,
  type ObjectActionResult,
  type ResizeInstance,
} from './conductor-client.ts';
export { checkArguments } from './check-arguments.ts';
export { CallerClosed, type CallerOptions, type CallerPorts } from './rpc-caller.ts';
