import { ServiceTooOld, UnsupportedRPCVersion } from '#errors';
import type { Json, JsonMap, WireObject } from '#ports/json';
import { isMap, isWireObject, plain } from '#wire/wire';

/** A compute_task method at the version that may be sent. */
export interface TaskMessage {
  readonly method: string;
  readonly version: string;
  readonly args: JsonMap;
}

/** The arguments given cannot be sent below the cap on compute_task versions. */
export class VersionCapTooLow extends Error {
  override readonly name = 'VersionCapTooLow' as const;
}

/** Arguments of migrate_server, as Nova's facade takes them. */
export interface MigrateServer {
  readonly instance: WireObject;
  readonly scheduler_hint: JsonMap;
  readonly live: boolean;
  readonly rebuild: boolean;
  readonly flavor: WireObject | null;
  readonly block_migration: boolean | null;
  readonly disk_over_commit: boolean | null;
  readonly reservations?: Json;
  readonly clean_shutdown?: boolean;
  readonly request_spec?: WireObject | null;
  readonly host_list?: WireObject[] | null;
}

/** Arguments of live_migrate_instance. */
export interface LiveMigrateInstance {
  readonly instance: WireObject;
  readonly scheduler_hint: JsonMap;
  readonly block_migration: boolean | null;
  readonly disk_over_commit: boolean | null;
  readonly request_spec: WireObject | null;
}

/** Arguments of build_instances. */
export interface BuildInstances {
  readonly instances: WireObject[];
  readonly image: JsonMap;
  readonly filter_properties: JsonMap;
  readonly admin_password: string | null;
  readonly injected_files: Json[];
  readonly requested_networks: WireObject | null;
  readonly security_groups: Json[];
  /** Only sent to conductors that do not know 1.7. */
  readonly block_device_mapping?: Json;
  readonly legacy_bdm?: boolean;
  readonly request_spec?: WireObject | null;
  readonly host_lists?: WireObject[][] | null;
}

/** Arguments of schedule_and_build_instances; the plural `request_specs` is named as Nova's facade names it. */
export interface ScheduleAndBuildInstances {
  readonly build_requests: WireObject[];
  readonly request_spec: WireObject[];
  readonly image: JsonMap;
  readonly admin_password: string | null;
  readonly injected_files: Json[];
  readonly requested_networks: WireObject | null;
  readonly block_device_mapping: WireObject;
  readonly tags?: WireObject | null;
}

/** Arguments of attach_volume. */
export interface AttachVolume {
  readonly instance: WireObject;
  /** As the volume service gives it. */
  readonly volume: JsonMap;
  readonly device: string | null;
  readonly disk_bus: string | null;
  readonly device_type: string | null;
  readonly tag?: string | null;
  readonly supports_multiattach?: boolean;
  readonly delete_on_termination?: boolean;
}

/** Arguments of confirm_snapshot_based_resize and of revert_snapshot_based_resize. */
export interface EndCrossCellResize {
  /** The server, in the cell that it has moved to. */
  readonly instance: WireObject;
  /** Its migration there. */
  readonly migration: WireObject;
}

/** Arguments of cache_images. */
export interface CacheImages {
  readonly aggregate: WireObject;
  readonly image_ids: string[];
}

/** Arguments of rebuild_instance. */
export interface RebuildInstance {
  readonly instance: WireObject;
  readonly orig_image_ref: string | null;
  readonly image_ref: string | null;
  readonly injected_files: Json[];
  readonly new_pass: string | null;
  readonly orig_sys_metadata: JsonMap | null;
  readonly bdms: WireObject | null;
  readonly recreate: boolean;
  readonly on_shared_storage: boolean | null;
  readonly preserve_ephemeral?: boolean;
  readonly host?: string | null;
  readonly request_spec?: WireObject | null;
  readonly reimage_boot_volume?: boolean;
  /** `stopped`, or null for the state that the server has. */
  readonly target_state?: string | null;
}

/** Whether a conductor capped at this version takes that one; no cap takes all. */
export function canSend(version: string, cap: string | undefined): boolean {
  if (cap === undefined) return true;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [capMajor = 0, capMinor = 0] = cap.split('.').map(Number);
  return major === capMajor && minor <= capMinor;
}

/**
 * migrate_server: 1.13 has no host_list, 1.11 no request_spec, 1.10 no clean_shutdown;
 * below, objects become plain maps.
 */
export function migrateServer(given: MigrateServer, cap?: string): TaskMessage {
  const { reservations = null, clean_shutdown = true, request_spec = null, host_list = null, ...rest } = given;
  const args: JsonMap = { ...rest, reservations, clean_shutdown, request_spec, host_list };
  return negotiate('migrate_server', args, cap, [
    ['1.20', keep],
    ['1.13', drop('host_list')],
    ['1.11', drop('request_spec')],
    ['1.10', drop('clean_shutdown')],
    ['1.6', flatten('flavor')],
    ['1.4', flatten('instance')],
  ]);
}

/** live_migrate_instance has one form, since 1.15. */
export const liveMigrateInstance = (args: LiveMigrateInstance, cap?: string): TaskMessage =>
  negotiate('live_migrate_instance', { ...args }, cap, [['1.15', keep]]);

/** build_instances: 1.18 has no host_lists, 1.10 no request_spec; below, flavor and networks lose their objects. */
export function buildInstances(given: BuildInstances, cap?: string): TaskMessage {
  const { block_device_mapping = null, legacy_bdm = true, request_spec = null, host_lists = null, ...rest } = given;
  const args: JsonMap = { ...rest, image: plain(given.image), request_spec, host_lists };
  return negotiate('build_instances', args, cap, [
    ['1.19', keep],
    ['1.18', drop('host_lists')],
    ['1.10', drop('request_spec')],
    ['1.9', plainInstanceType],
    ['1.8', networkTuples],
    ['1.5', (older) => ({ ...older, block_device_mapping: plain(block_device_mapping), legacy_bdm })],
  ]);
}

/** schedule_and_build_instances: 1.16 has no tags. */
export function scheduleAndBuildInstances(given: ScheduleAndBuildInstances, cap?: string): TaskMessage {
  const { build_requests, request_spec, tags = null, ...rest } = given;
  const args: JsonMap = { build_requests, request_specs: request_spec, ...rest, image: plain(given.image), tags };
  return negotiate('schedule_and_build_instances', args, cap, [
    ['1.17', keep],
    ['1.16', drop('tags')],
  ]);
}

/** attach_volume has one form, since 1.26. @throws ServiceTooOld when the cap is lower */
export function attachVolume(given: AttachVolume, cap?: string): TaskMessage {
  const { tag = null, supports_multiattach = false, delete_on_termination = false, ...rest } = given;
  const args = { ...rest, tag, supports_multiattach, delete_on_termination };
  return sinceVersion('attach_volume', 26, args, cap);
}

/** confirm_snapshot_based_resize has one form, since 1.22. @throws ServiceTooOld when the cap is lower */
export const confirmSnapshotBasedResize = (args: EndCrossCellResize, cap?: string): TaskMessage =>
  sinceVersion('confirm_snapshot_based_resize', 22, { ...args }, cap);

/** revert_snapshot_based_resize has one form, since 1.23. @throws ServiceTooOld when the cap is lower */
export const revertSnapshotBasedResize = (args: EndCrossCellResize, cap?: string): TaskMessage =>
  sinceVersion('revert_snapshot_based_resize', 23, { ...args }, cap);

/** A method of one form, since a minor version. */
function sinceVersion(method: string, minver: number, args: JsonMap, cap: string | undefined): TaskMessage {
  const version = `1.${minver}`;
  if (canSend(version, cap)) return { method, version, args };
  const [, minor = '0'] = (cap ?? '').split('.');
  const message = `${method} needs ${version}, the cap is ${cap}`;
  throw new ServiceTooOld({ thisver: Number(minor), minver }, { message });
}

/** cache_images has one form, since 1.21. @throws VersionCapTooLow when the cap is lower */
export const cacheImages = (args: CacheImages, cap?: string): TaskMessage =>
  negotiate('cache_images', { ...args }, cap, [['1.21', keep]]);

/** unshelve_instance: 1.3 has no request_spec. */
export const unshelveInstance = (instance: WireObject, requestSpec: WireObject | null, cap?: string): TaskMessage =>
  negotiate('unshelve_instance', { instance, request_spec: requestSpec }, cap, [
    ['1.14', keep],
    ['1.3', drop('request_spec')],
  ]);

/**
 * rebuild_instance: 1.8 has no request_spec. reimage_boot_volume asks for 1.24, target_state for 1.25; only
 * `false` and null may be left out.
 *
 * @throws UnsupportedRPCVersion when target_state says more and the cap is lower
 * @throws VersionCapTooLow when reimage_boot_volume says more and the cap is lower
 */
export function rebuildInstance(given: RebuildInstance, cap?: string): TaskMessage {
  const { reimage_boot_volume, target_state, ...older } = given;
  const { preserve_ephemeral = false, host = null, request_spec = null, ...rest } = older;
  const args: JsonMap = { ...rest, preserve_ephemeral, host, request_spec };
  if (target_state !== undefined && canSend('1.25', cap)) {
    const newest = { ...args, reimage_boot_volume: reimage_boot_volume ?? false, target_state };
    return { method: 'rebuild_instance', version: '1.25', args: newest };
  }
  if (typeof target_state === 'string') throw new UnsupportedRPCVersion({ api: 'rebuild_instance', required: '1.25' });
  if (reimage_boot_volume !== undefined && canSend('1.24', cap))
    return { method: 'rebuild_instance', version: '1.24', args: { ...args, reimage_boot_volume } };
  if (reimage_boot_volume === true) throw new VersionCapTooLow(`reimage_boot_volume needs 1.24, the cap is ${cap}`);
  return negotiate('rebuild_instance', args, cap, [
    ['1.12', keep],
    ['1.8', drop('request_spec')],
  ]);
}

type Lowering = readonly [version: string, lower: (args: JsonMap) => JsonMap];

/** Lowers step by step until the version may be sent; each step builds on the one before. */
function negotiate(method: string, newest: JsonMap, cap: string | undefined, steps: readonly Lowering[]): TaskMessage {
  let args = newest;
  for (const [version, lower] of steps) {
    args = lower(args);
    if (canSend(version, cap)) return { method, version, args };
  }
  throw new VersionCapTooLow(`${method} has no form that compute_task ${cap} knows`);
}

const keep = (args: JsonMap): JsonMap => args;

const drop =
  (name: string) =>
  ({ [name]: _dropped, ...args }: JsonMap): JsonMap =>
    args;

const flatten =
  (name: string) =>
  (args: JsonMap): JsonMap => ({ ...args, [name]: plain(args[name] ?? null) });

/** The caller's filter_properties stay as they are. */
function plainInstanceType(args: JsonMap): JsonMap {
  const properties = args['filter_properties'];
  if (!isMap(properties) || properties['instance_type'] === undefined) return args;
  return { ...args, filter_properties: { ...properties, instance_type: plain(properties['instance_type']) } };
}

/** (network, address, port, pci request) for each. */
function networkTuples(args: JsonMap): JsonMap {
  const networks = args['requested_networks'];
  if (!isWireObject(networks)) return args;
  const requests = plain(networks);
  const tuples = (Array.isArray(requests) ? requests : []).map((request) =>
    ['network_id', 'address', 'port_id', 'pci_request_id'].map((name) =>
      isMap(request) ? (request[name] ?? null) : null,
    ),
  );
  return { ...args, requested_networks: tuples };
}
