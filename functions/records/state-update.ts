import type { JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { fieldsOf, mapOf, numberOf, textOf } from './reading.ts';

/** Columns that a usage payload quotes under their own names (conductor.md section 18.2). */
const QUOTED = [
  'user_id',
  'display_name',
  'reservation_id',
  'hostname',
  'architecture',
  'memory_mb',
  'root_gb',
  'ephemeral_gb',
  'vcpus',
  'host',
  'node',
  'availability_zone',
  'cell_name',
  'terminated_at',
  'deleted_at',
  'launched_at',
  'os_type',
  'kernel_id',
  'ramdisk_id',
  'progress',
  'access_ip_v4',
  'access_ip_v6',
] as const;

/** What notifications tell of a server; null is told as empty text. */
function usagePayload(item: Item): JsonMap {
  const flavor = fieldsOf(item['flavor']);
  return {
    tenant_id: item['project_id'] ?? '',
    instance_id: item['uuid'] ?? '',
    ...Object.fromEntries(QUOTED.map((name) => [name, item[name] ?? ''])),
    instance_type: flavor['name'] ?? '',
    instance_type_id: flavor['id'] ?? '',
    instance_flavor_id: flavor['flavorid'] ?? '',
    disk_gb: (numberOf(item['root_gb']) ?? 0) + (numberOf(item['ephemeral_gb']) ?? 0),
    created_at: item['created_at'] ?? '',
    image_ref_url: item['image_ref'] ?? '',
    state: item['vm_state'] ?? '',
    state_description: item['task_state'] ?? '',
    image_meta: Object.fromEntries(
      Object.entries(mapOf(item['system_metadata'])).flatMap(([name, value]) =>
        name.startsWith('image_') ? [[name.slice('image_'.length), value]] : [],
      ),
    ),
    metadata: mapOf(item['metadata']),
  };
}

/**
 * Tells the notification bus of a new server, where state notifications are on (conductor.md sections 14.4.3, 18.3). A
 * null given state stands for the server's own. An error is logged and ends nothing.
 */
export async function notifyNewServer(
  services: Pick<Services, 'clock' | 'config' | 'log' | 'notifier'>,
  item: Item,
): Promise<void> {
  const { config, notifier, log, clock } = services;
  if (config.notifyOnStateChange === null) return;
  const uuid = textOf(item['uuid']) ?? '';
  const task_state = item['task_state'] ?? null;
  try {
    await notifier.notify({
      eventType: 'compute.instance.update',
      priority: 'INFO',
      publisherId: `conductor.${config.host}`,
      messageId: `new-server-${uuid}`,
      timestamp: new Date(clock.now()).toISOString(),
      payload: {
        ...usagePayload(item),
        old_state: item['vm_state'] ?? null,
        state: 'building',
        old_task_state: task_state,
        new_task_state: task_state,
        audit_period_beginning: item['created_at'] ?? '',
        audit_period_ending: new Date(clock.now()).toISOString(),
        bandwidth: {},
      },
    });
  } catch (error) {
    log.error('a notification could not be sent', { instance: uuid, event: 'compute.instance.update' }, error);
  }
}
