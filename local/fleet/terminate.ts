import { newObject } from '#wire/wire';
import { save, type Build, type BuildSite } from './build-site.ts';
import { finishEvent, startEvent } from './carry-out.ts';
import type { BehaviourKind } from './behaviour.ts';
import { objectArgument, textField, type Order } from './order.ts';

const EVENT = 'compute_terminate_instance';

/**
 * Carries out terminate_instance: the object calls of a nova-compute, in their order (ComputeManager
 * `_delete_instance`). The user has had its task_state set to `deleting` before.
 */
export async function terminateInstance(site: BuildSite, order: Order, _manner: BehaviourKind): Promise<void> {
  const build: Build = { site, order, instance: objectArgument(order, 'instance') };
  const uuid = textField(build.instance, 'uuid');
  await startEvent(build, EVENT);
  site.guests.stop(uuid);
  const emptied = newObject('InstanceInfoCache', '1.5', { instance_uuid: uuid, network_info: '[]' });
  await site.proxy.action(order.context, emptied, 'save');
  await site.proxy.classAction(order.context, 'VirtualInterface', 'delete_by_instance_uuid', [uuid]);
  const terminated_at = new Date(site.clock.now()).toISOString().replace(/\.\d+Z$/u, 'Z');
  await save(build, { power_state: 0, task_state: null, terminated_at, vm_state: 'deleted' });
  await site.tracker.release(uuid);
  await site.proxy.classAction(order.context, 'Service', 'get_by_compute_host', [site.host]);
  await site.proxy.action(order.context, build.instance, 'destroy', { resources: null });
  await finishEvent(build, EVENT);
}
