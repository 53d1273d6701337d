import { NovaError } from '#errors';
import type { Json } from '#ports/json';
import { newObject } from '#wire/wire';
import type { BehaviourKind } from './behaviour.ts';
import type { BuildSite } from './build-site.ts';
import { answering, asEvent } from './move-site.ts';
import { listObjects, objectArgument, textField, type Order } from './order.ts';

/**
 * Names a device for a volume and makes its record (ComputeManager `reserve_block_device_name`). A host that fails
 * makes none; one that is slow makes it first, and answers late.
 */
export async function reserveBlockDeviceName(site: BuildSite, order: Order, kind: BehaviourKind): Promise<void> {
  await answering(site, order, async () => {
    const instance = objectArgument(order, 'instance');
    if (kind !== 'build' && 'die' in kind) site.die(kind.die);
    if (kind !== 'build' && 'fail' in kind) throw new NovaError(kind.fail);
    const uuid = textField(instance, 'uuid');
    const devices = await site.proxy.classAction(order.context, 'BlockDeviceMappingList', 'get_by_instance_uuid', [
      uuid,
    ]);
    const device = newObject('BlockDeviceMapping', '1.20', {
      instance_uuid: uuid,
      volume_id: order.args['volume_id'] ?? null,
      device_name: order.args['device'] ?? deviceName(listObjects(devices).length),
      source_type: 'volume',
      destination_type: 'volume',
      boot_index: null,
      tag: order.args['tag'] ?? null,
    });
    const fields = Object.keys(device['nova_object.data']);
    const made = await site.proxy.action(order.context, { ...device, 'nova_object.changes': fields }, 'create');
    if (kind !== 'build' && 'delay' in kind) await site.sleep(kind.delay);
    return made;
  });
}

const deviceName = (taken: number): Json => `/dev/vd${'abcdefghijklmnopqrstuvwxyz'.charAt(Math.max(1, taken))}`;

/** Attaches a volume to the guest (ComputeManager `attach_volume`). */
export async function attachVolume(site: BuildSite, order: Order): Promise<void> {
  const instance = objectArgument(order, 'instance');
  await asEvent({ site, order, instance }, 'attach_volume', async () => {
    const connection_info = JSON.stringify({ driver_volume_type: 'fake' });
    await site.proxy.action(order.context, objectArgument(order, 'bdm'), 'save', { connection_info });
  });
}
