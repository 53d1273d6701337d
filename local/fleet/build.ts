import { isMap } from '#wire/wire';
import { NovaError } from '#errors';
import type { JsonMap } from '#ports/json';
import { save, type Build, type BuildSite } from './build-site.ts';
import { abortBuild, rescheduleBuild, undoBuild } from './build-failure.ts';
import type { CrashPoint, BehaviourKind } from './behaviour.ts';
import { listObjects, objectArgument, retryOf, textField, type Order } from './order.ts';

const EVENT = 'compute__do_build_and_run_instance';

/** The server was deleted, or given to another host, while it was built: nothing is left to be done for it. */
const DELETED = new Set(['Forbidden', 'InstanceNotFound', 'UnexpectedDeletingTaskStateError']);

/** The hypervisor could not build the server. */
class BuildFailed extends Error {
  override readonly name = 'BuildFailed';
  readonly reschedule: boolean;

  constructor(reason: string, reschedule: boolean) {
    super(reason);
    this.reschedule = reschedule;
  }
}

/**
 * Carries out build_and_run_instance: the object calls of a nova-compute, in their order (ComputeManager
 * `_do_build_and_run_instance`), with a hypervisor that behaves as given.
 */
export async function buildAndRun(site: BuildSite, order: Order, kind: BehaviourKind): Promise<void> {
  const build: Build = { site, order, instance: objectArgument(order, 'instance') };
  await event(build, 'event_start', { want_result: false, host: site.host });
  if (await begin(build)) await carryOut(build, kind);
  await event(build, 'event_finish_with_failure', { exc_val: null, exc_tb: null, want_result: false });
}

/** Takes the server over; false when it has gone, or somebody else is at work on it. */
async function begin(build: Build): Promise<boolean> {
  try {
    await save(build, { vm_state: 'building', task_state: null }, ['scheduling', null]);
    return true;
  } catch (error) {
    if (!(error instanceof NovaError) || !(DELETED.has(error.name) || error.name === 'UnexpectedTaskStateError'))
      throw error;
    build.site.trouble(`taking over ${textField(build.instance, 'uuid')}`, error);
    return false;
  }
}

async function carryOut(build: Build, kind: BehaviourKind): Promise<void> {
  try {
    await claim(build);
    await dieIf(build, kind, 'after-claim');
    await prepare(build);
    await spawn(build, kind);
    build.site.guests.start(textField(build.instance, 'uuid'));
  } catch (error) {
    return fail(build, error, true);
  }
  try {
    const launchedAt = new Date(build.site.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
    await save(build, { launched_at: launchedAt, power_state: 1, task_state: null, vm_state: 'active' }, 'spawning');
    build.site.tracker.note(build.instance);
  } catch (error) {
    // Nova tries no other host for a server that has been spawned.
    await fail(build, error, false);
  }
}

/** The server is this host's from now on, and its resources are taken. */
async function claim(build: Build): Promise<void> {
  const { site, order } = build;
  const { numa_topology = null, system_metadata } = build.instance['nova_object.data'];
  const metadata = isMap(system_metadata) ? system_metadata : {};
  const roles = order.context['roles'];
  const bootRoles =
    metadata['boot_roles'] === undefined && Array.isArray(roles) ? roles.map(String).join(',') : undefined;
  await save(build, {
    host: site.host,
    launched_on: site.host,
    node: typeof order.args['node'] === 'string' ? order.args['node'] : site.host,
    numa_topology,
    ...(bootRoles !== undefined && { system_metadata: { ...metadata, boot_roles: bootRoles } }),
  });
  const uuid = textField(build.instance, 'uuid');
  await site.proxy.classAction(order.context, 'BlockDeviceMappingList', 'get_by_instance_uuid', [uuid]);
  await site.tracker.claim(build.instance);
  await site.proxy.classAction(order.context, 'Service', 'get_by_compute_host', [site.host]);
}

async function prepare(build: Build): Promise<void> {
  const { site, order } = build;
  await save(build, { resources: null, task_state: 'networking', vm_state: 'building' }, [null]);
  for (const [at, device] of listObjects(order.args['block_device_mapping']).entries()) {
    if (textField(device, 'device_name') !== '') continue;
    await site.proxy.action(order.context, device, 'save', { device_name: deviceName(at) });
  }
  await save(build, { root_device_name: deviceName(0), task_state: 'block_device_mapping', vm_state: 'building' });
  await save(build, { task_state: 'spawning', vm_state: 'building' }, 'block_device_mapping');
}

const deviceName = (at: number): string => `/dev/sd${String.fromCodePoint(97 + at)}`;

/** What the hypervisor does. */
async function spawn(build: Build, kind: BehaviourKind): Promise<void> {
  if (kind === 'build') return;
  if ('delay' in kind) {
    await build.site.sleep(kind.delay);
    return spawn(build, kind.next ?? 'build');
  }
  if ('die' in kind) return dieIf(build, kind, 'mid-build');
  throw 'fail' in kind ? new BuildFailed(kind.fail, true) : new BuildFailed(kind.abort, false);
}

async function dieIf(build: Build, kind: BehaviourKind, moment: CrashPoint): Promise<void> {
  if (kind !== 'build' && 'die' in kind && kind.die === moment) build.site.die(moment);
}

/** What Nova does of a build that failed: nothing for a deleted server, else another host, or the end. */
async function fail(build: Build, error: unknown, retried: boolean): Promise<void> {
  const { site, order } = build;
  if (!(error instanceof BuildFailed) && !(error instanceof NovaError)) throw error;
  const uuid = textField(build.instance, 'uuid');
  if (error instanceof NovaError) site.trouble(`building ${uuid}`, error);
  if (DELETED.has(error.name)) return site.tracker.release(uuid);

  await undoBuild(build);
  const mayReschedule = error instanceof BuildFailed ? error.reschedule : error.name !== 'UnexpectedTaskStateError';
  if (retried && mayReschedule && retryOf(order) !== undefined) await rescheduleBuild(build, error.message);
  else await abortBuild(build, error.message);
  site.tracker.noteFailedBuild();
}

async function event({ site, order, instance }: Build, method: string, kwargs: JsonMap): Promise<void> {
  await site.proxy.classAction(
    order.context,
    'InstanceActionEvent',
    method,
    [textField(instance, 'uuid'), EVENT],
    kwargs,
  );
}
