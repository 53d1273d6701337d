import { asEvent } from './move-site.ts';
import type { BehaviourKind } from './behaviour.ts';
import type { BuildSite } from './build-site.ts';
import { objectArgument, textField, type Order } from './order.ts';

/**
 * Carries out rollback_live_migration_at_destination as far as the conductor orders it: the guest is destroyed, and its
 * record left alone (ComputeManager `rollback_live_migration_at_destination`).
 */
export async function destroyGuest(site: BuildSite, order: Order, _kind: BehaviourKind): Promise<void> {
  const instance = objectArgument(order, 'instance');
  const uuid = textField(instance, 'uuid');
  await asEvent({ site, order, instance }, 'rollback_live_migration_at_destination', async () => {
    await site.proxy.classAction(order.context, 'BlockDeviceMappingList', 'get_by_instance_uuid', [uuid]);
    site.guests.stop(uuid);
  });
}
