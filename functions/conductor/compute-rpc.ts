import { UnsupportedVersion } from '#errors';
import type { JsonMap } from '#ports/json';

/** What a version of the compute RPC adds: arguments that an older compute must not be sent. */
const ADDED: readonly (readonly [method: string, version: string, argument: string])[] = [
  ['build_and_run_instance', '5.11', 'accel_uuids'],
  ['check_can_live_migrate_destination', '5.3', 'migration'],
  ['check_can_live_migrate_destination', '5.3', 'limits'],
  ['rebuild_instance', '5.12', 'accel_uuids'],
  ['rebuild_instance', '6.1', 'reimage_boot_volume'],
  ['rebuild_instance', '6.2', 'target_state'],
  ['unshelve_instance', '5.2', 'request_spec'],
  ['unshelve_instance', '5.13', 'accel_uuids'],
];

/** What a version calls otherwise than those before it. */
const RENAMED: readonly (readonly [method: string, version: string, argument: string, before: string])[] = [
  ['prep_resize', '6.0', 'flavor', 'instance_type'],
];

/** What came after the oldest version: an older compute does not know the method. */
const SINCE: Readonly<Record<string, string>> = {
  cache_images: '5.4',
  confirm_snapshot_based_resize_at_source: '5.8',
  finish_revert_snapshot_based_resize_at_source: '5.10',
  finish_snapshot_based_resize_at_dest: '5.7',
  prep_snapshot_based_resize_at_dest: '5.5',
  prep_snapshot_based_resize_at_source: '5.6',
  revert_snapshot_based_resize_at_dest: '5.9',
};

/** What a version does not take any more: an older compute has to be sent it. */
const DROPPED: typeof ADDED = [
  ['finish_snapshot_based_resize_at_dest', '6.0', 'request_spec'],
  ['prep_snapshot_based_resize_at_dest', '6.0', 'request_spec'],
];

/** The oldest version that is served. */
const OLDEST = '5.0';

/** The newest version we speak, method by method; 6.0 where nothing has changed since 5.x. */
const NEWEST = '6.0';

/** Methods that have changed since 6.0. */
const NEWER: Readonly<Record<string, string>> = { rebuild_instance: '6.2' };

/** Compute RPC by service version: the first service version that speaks it. */
const SPOKEN: readonly (readonly [service: number, version: string])[] = [
  [71, '6.5'],
  [68, '6.4'],
  [67, '6.3'],
  [66, '6.2'],
  [64, '6.1'],
  [56, '6.0'],
  [54, '5.13'],
  [53, '5.12'],
  [50, '5.11'],
  [47, '5.10'],
  [46, '5.9'],
  [45, '5.8'],
  [44, '5.7'],
  [43, '5.6'],
  [42, '5.5'],
  [41, '5.4'],
  [40, '5.3'],
  [39, '5.2'],
  [37, '5.1'],
  [30, '5.0'],
];

/** The compute RPC version that the oldest compute of a cell speaks; undefined below 5.0, which is not served. */
export const spokenBy = (minimumServiceVersion: number): string | undefined =>
  SPOKEN.find(([service]) => minimumServiceVersion >= service)?.[1];

/**
 * A message lowered to a cap: its arguments without what the cap does not know, under the names that it knows, and the
 * version it is sent as.
 *
 * @throws UnsupportedVersion below 5.0, which is not served, and below the version that brought the method
 */
export function lowerMessage(method: string, args: JsonMap, cap: string): { args: JsonMap; version: string } {
  if (older(cap, SINCE[method] ?? OLDEST)) throw new UnsupportedVersion({ version: cap, method });
  const unknown = [
    ...ADDED.filter(([of, version]) => of === method && older(cap, version)),
    ...DROPPED.filter(([of, version]) => of === method && !older(cap, version)),
  ].map(([, , argument]) => argument);
  const renamed = new Map(
    RENAMED.filter(([of, version]) => of === method && older(cap, version)).map(([, , name, before]) => [name, before]),
  );
  const known = Object.entries(args).filter(([name]) => !unknown.includes(name));
  const newest = NEWER[method] ?? NEWEST;
  return {
    args: Object.fromEntries(known.map(([name, value]) => [renamed.get(name) ?? name, value])),
    version: older(cap, newest) ? cap : newest,
  };
}

/** The topic that computes of 6.5 serve until the operations under way have ended, while they shut down. */
const SECOND_TOPIC = 'compute-alt';

/** The first version with a second topic. */
const TWO_TOPICS = '6.5';

/** What ends an operation that is under way (nova.compute.rpcapi.ComputeAPI.prepare_for_alt_rpcserver). */
const ENDS_OPERATIONS: ReadonlySet<string> = new Set([
  'finish_revert_snapshot_based_resize_at_source',
  'finish_snapshot_based_resize_at_dest',
  'live_migration',
  'prep_snapshot_based_resize_at_source',
]);

/** The topic of a host that a message is for, where it is not the first. */
export const secondTopic = (method: string, cap: string): { readonly topic?: string } =>
  ENDS_OPERATIONS.has(method) && !older(cap, TWO_TOPICS) ? { topic: SECOND_TOPIC } : {};

/** Whether one dotted version is older than another, part by part. */
export function older(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [otherMajor = 0, otherMinor = 0] = than.split('.').map(Number);
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
}
