import { isMap, newObject } from '#wire/wire';
import type { JsonMap } from '#ports/json';
import { save, type Build } from './build-site.ts';
import { retryOf, textField } from './order.ts';

const TASK_QUEUE = 'compute-task';

/** Takes a failed build back: the server leaves the host, its resources are free, its networks are gone. */
export async function undoBuild(build: Build): Promise<void> {
  const { site, order } = build;
  const uuid = textField(build.instance, 'uuid');
  try {
    await save(build, { host: null, node: null, system_metadata: systemMetadata(build) });
  } finally {
    await site.tracker.release(uuid);
  }
  await site.proxy.classAction(order.context, 'Service', 'get_by_compute_host', [site.host]);

  await site.proxy.classAction(order.context, 'VirtualInterface', 'delete_by_instance_uuid', [uuid]);
  const emptied = newObject('InstanceInfoCache', '1.5', { instance_uuid: uuid, network_info: '[]' });
  const info_cache = await site.proxy.action(order.context, emptied, 'save');
  await save(build, { info_cache, system_metadata: { ...systemMetadata(build), network_allocated: 'False' } });
}

/**
 * Asks the conductor for another host: one of the alternates that came with the order (nova.compute.manager
 * `_do_build_and_run_instance`).
 */
export async function rescheduleBuild(build: Build, reason: string): Promise<void> {
  const { site, order } = build;
  await save(build, { availability_zone: null, host: null, launched_on: null, node: null, task_state: 'scheduling' });
  const { args, context } = order;
  const properties = isMap(args['filter_properties']) ? args['filter_properties'] : {};
  const text = `Build of instance ${textField(build.instance, 'uuid')} was re-scheduled: ${reason}`;
  const exc = ['Traceback (most recent call last):\n', `nova.exception.RescheduledException: ${text}\n`];
  const hosts = args['host_list'] ?? null;
  await site.caller.cast({
    queue: TASK_QUEUE,
    namespace: 'compute_task',
    version: '1.19',
    method: 'build_instances',
    context,
    args: {
      instances: [build.instance],
      image: args['image'] ?? null,
      filter_properties: { ...properties, retry: { ...retryOf(order), exc, exc_reason: reason } },
      admin_password: args['admin_password'] ?? null,
      injected_files: args['injected_files'] ?? [],
      requested_networks: args['requested_networks'] ?? null,
      security_groups: args['security_groups'] ?? [],
      request_spec: args['request_spec'] ?? null,
      host_lists: hosts === null ? null : [hosts],
    },
  });
}

/** Gives the server up: a fault, and vm_state error. */
export async function abortBuild(build: Build, reason: string): Promise<void> {
  const { site, order } = build;
  const uuid = textField(build.instance, 'uuid');
  const message = `Build of instance ${uuid} aborted: ${reason}`;
  const details = `Traceback (most recent call last):\n  nova.exception.BuildAbortException: ${message}\n`;
  const fault = newObject('InstanceFault', '1.2', {
    instance_uuid: uuid,
    code: 500,
    message,
    details,
    host: site.host,
  });
  await site.proxy.action(order.context, fault, 'create');
  await save(build, {
    availability_zone: null,
    host: null,
    launched_on: null,
    node: null,
    task_state: null,
    vm_state: 'error',
  });
}

function systemMetadata({ instance }: Build): JsonMap {
  const metadata = instance['nova_object.data']['system_metadata'];
  return isMap(metadata) ? metadata : {};
}
