import { save, type Build, type BuildSite } from './build-site.ts';
import type { BehaviourKind } from './behaviour.ts';
import { asEvent } from './move-site.ts';
import { objectArgument, textField, type Order } from './order.ts';

/**
 * Carries out soft_delete_instance: the guest is shut down and kept, for its user may restore it (ComputeManager
 * `soft_delete_instance`).
 */
export async function softDeleteInstance(site: BuildSite, order: Order, _behaviour: BehaviourKind): Promise<void> {
  const build: Build = { site, order, instance: objectArgument(order, 'instance') };
  await asEvent(build, 'soft_delete_instance', async () => {
    site.guests.stop(textField(build.instance, 'uuid'));
    await save(build, { power_state: 4, vm_state: 'soft-delete', task_state: null }, ['soft-deleting']);
  });
}

/** Carries out restore_instance: the guest runs again (ComputeManager `restore_instance`). */
export async function restoreInstance(site: BuildSite, order: Order, _behaviour: BehaviourKind): Promise<void> {
  const build: Build = { site, order, instance: objectArgument(order, 'instance') };
  await asEvent(build, 'restore_instance', async () => {
    site.guests.start(textField(build.instance, 'uuid'));
    await save(build, { power_state: 1, vm_state: 'active', task_state: null }, ['restoring']);
  });
}
