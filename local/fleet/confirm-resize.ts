import type { JsonMap } from '#ports/json';
import type { BuildSite } from './build-site.ts';
import type { BehaviourKind } from './behaviour.ts';
import {
  ask,
  asEvent,
  handOn,
  moveOf,
  refreshNetworks,
  saveMigration,
  saveInstance,
  systemMetadata,
} from './move-site.ts';
import { textField, type Order } from './order.ts';
import { sizeOf } from './prep-resize.ts';

/** The source deletes its part of a server that was resized (ComputeManager `confirm_resize`). */
export async function confirmResize(site: BuildSite, order: Order, kind: BehaviourKind): Promise<void> {
  const move = moveOf(site, order, kind);
  await asEvent(move, 'confirm_resize', async () => {
    await refreshNetworks(move);
    await ask(move, 'MigrationContext', 'get_by_instance_uuid');
    move.migration = await saveMigration(move, { status: 'confirmed' });
    await site.tracker.release(textField(move.instance, 'uuid'));
    await site.proxy.classAction(order.context, 'Service', 'get_by_compute_host', [site.host]);
    const expected = [null, 'deleting', 'soft-deleting'];
    move.instance = await saveInstance(move, { task_state: null, vm_state: 'active' }, expected);
    const { old_vm_state: _oldState, ...system_metadata } = systemMetadata(move.instance);
    move.instance = await saveInstance(move, { new_flavor: null, old_flavor: null, system_metadata });
  });
}

/** The destination gives a resized server back (ComputeManager `revert_resize`). */
export async function revertResize(site: BuildSite, order: Order, kind: BehaviourKind): Promise<void> {
  const move = moveOf(site, order, kind);
  await asEvent(move, 'revert_resize', async () => {
    await refreshNetworks(move);
    await ask(move, 'BlockDeviceMappingList', 'get_by_instance_uuid');
    move.migration = await saveMigration(move, { status: 'reverted' });
    site.guests.stop(textField(move.instance, 'uuid'));
    await site.tracker.release(textField(move.instance, 'uuid'));
    await site.proxy.classAction(order.context, 'Service', 'get_by_compute_host', [site.host]);
    move.instance = await saveInstance(move, { resources: null }, ['resize_reverting']);
    const { request_spec = null } = order.args;
    await handOn(move, textField(move.migration, 'source_compute'), 'finish_revert_resize', { request_spec });
  });
}

/** The source has its server again (ComputeManager `finish_revert_resize`). */
export async function finishRevertResize(site: BuildSite, order: Order, kind: BehaviourKind): Promise<void> {
  const move = moveOf(site, order, kind);
  await asEvent(move, 'finish_revert_resize', async () => {
    await ask(move, 'BlockDeviceMappingList', 'get_by_instance_uuid');
    const old = move.instance['nova_object.data']['old_flavor'] ?? null;
    const back: JsonMap = {
      ...sizeOf(old),
      host: textField(move.migration, 'source_compute'),
      node: textField(move.migration, 'source_node'),
    };
    move.instance = await saveInstance(move, back);
    await refreshNetworks(move);
    site.guests.start(textField(move.instance, 'uuid'));
    const launched_at = new Date(site.clock.now()).toISOString().replace(/\.\d+Z$/u, 'Z');
    move.instance = await saveInstance(move, { launched_at }, 'resize_reverting');
    move.instance = await saveInstance(move, { task_state: null, vm_state: 'active' });
    const { old_vm_state: _oldState, ...system_metadata } = systemMetadata(move.instance);
    move.instance = await saveInstance(move, { new_flavor: null, old_flavor: null, system_metadata });
    site.tracker.note(move.instance);
  });
}
