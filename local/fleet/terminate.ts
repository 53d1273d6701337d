import { InstanceNotFound, NovaError } from '#errors';
import type { Clock } from '#ports/clock';
import type { RequestContext } from '#ports/context';
import type { WireObject } from '#ports/json';
import { newObject } from '#wire/wire';
import { save, type Build, type BuildSite } from './build-site.ts';
import { writeFault } from './carry-out.ts';
import type { BehaviourKind } from './behaviour.ts';
import { asEvent } from './move-site.ts';
import type { ObjectProxy } from './object-proxy.ts';
import { objectArgument, textField, type Order } from './order.ts';

/** A server that its host deletes. */
export interface Deletion {
  readonly host: string;
  readonly proxy: ObjectProxy;
  readonly context: RequestContext;
  readonly clock: Clock;
  readonly instance: WireObject;
  /** Gives back what the server has taken of the host. */
  readonly release: (uuid: string) => Promise<void>;
}

/**
 * Carries out terminate_instance, whose user has had task_state set to `deleting` before (ComputeManager
 * `terminate_instance`). One that fails leaves the server in vm_state `error` with a fault, and its task ends, so that
 * the user may ask again; a deletion that was not begun only ends the task. A server that is gone is deleted.
 */
export async function terminateInstance(site: BuildSite, order: Order, _behaviour: BehaviourKind): Promise<void> {
  const build: Build = { site, order, instance: objectArgument(order, 'instance') };
  try {
    await asEvent(build, 'terminate_instance', () => terminate(build));
  } catch (error) {
    if (!(error instanceof NovaError)) throw error;
    await unlessNotFound(() => save(build, { task_state: null }));
    throw error;
  }
}

async function terminate(build: Build): Promise<void> {
  const { site, order, instance } = build;
  site.guests.stop(textField(instance, 'uuid'));
  const { host, proxy, clock, tracker } = site;
  const release = (uuid: string): Promise<void> => tracker.release(uuid);
  try {
    await unlessNotFound(() => deleteInstance({ host, proxy, context: order.context, clock, instance, release }));
  } catch (error) {
    if (!(error instanceof NovaError)) throw error;
    await unlessNotFound(() => save(build, { vm_state: 'error' }));
    await writeFault(build, 500, error.message);
    throw error;
  }
}

/** The object calls of a nova-compute that deletes, in their order (ComputeManager `_delete_instance`). */
export async function deleteInstance(deletion: Deletion): Promise<void> {
  const { proxy, context, clock, instance } = deletion;
  const uuid = textField(instance, 'uuid');
  const emptied = newObject('InstanceInfoCache', '1.5', { instance_uuid: uuid, network_info: '[]' });
  await proxy.action(context, emptied, 'save');
  await proxy.classAction(context, 'VirtualInterface', 'delete_by_instance_uuid', [uuid]);
  const terminated_at = new Date(clock.now()).toISOString().replace(/\.\d+Z$/u, 'Z');
  const fields = { power_state: 0, task_state: null, terminated_at, vm_state: 'deleted' };
  await destroyInstance({ ...deletion, instance: await proxy.action(context, instance, 'save', fields) });
}

/** What is left to do for a server in vm_state `deleted` (ComputeManager `_complete_deletion`). */
export async function destroyInstance({ host, proxy, context, instance, release }: Deletion): Promise<void> {
  await release(textField(instance, 'uuid'));
  await proxy.classAction(context, 'Service', 'get_by_compute_host', [host]);
  await proxy.action(context, instance, 'destroy', { resources: null });
}

async function unlessNotFound(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof InstanceNotFound)) throw error;
  }
}
