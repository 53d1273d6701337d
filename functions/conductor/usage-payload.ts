import { mapOf, numberOrZero, textOrEmpty } from '#wire/reading';
import type { Json, JsonMap } from '#ports/json';
import { imageMetaOf } from './system-image.ts';

/** Fields that are null where a server has none; all others as an empty text. */
const AS_THEY_ARE = ['architecture', 'os_type', 'access_ip_v4', 'access_ip_v6'];

/** What an event says about a server under its own name. */
const SAME_NAME = [
  'user_id',
  'display_name',
  'reservation_id',
  'hostname',
  'memory_mb',
  'root_gb',
  'ephemeral_gb',
  'vcpus',
  'host',
  'node',
  'availability_zone',
  'kernel_id',
  'ramdisk_id',
];

/** Times with microseconds and no zone; `created_at` alone is written otherwise. */
const TIMES = ['terminated_at', 'deleted_at', 'launched_at'];

/**
 * What an event says about a server's use (nova.notifications.base `info_from_instance`). `instance` holds its fields,
 * `flavor` its flavor's.
 */
export function usagePayload(instance: JsonMap, flavor: JsonMap): JsonMap {
  const text = (name: string): Json => instance[name] ?? '';
  return {
    ...Object.fromEntries(SAME_NAME.map((name) => [name, text(name)])),
    ...Object.fromEntries(TIMES.map((name) => [name, textOrEmpty(instance[name]).replace(/Z$/, '.000000')])),
    created_at: textOrEmpty(instance['created_at']).replace('T', ' ').replace(/Z$/, '+00:00'),
    progress: instance['progress'] === 0 ? '' : text('progress'),
    ...Object.fromEntries(AS_THEY_ARE.map((name) => [name, instance[name] ?? null])),
    tenant_id: text('project_id'),
    instance_id: text('uuid'),
    instance_type: flavor['name'] ?? '',
    instance_type_id: flavor['id'] ?? text('instance_type_id'),
    instance_flavor_id: flavor['flavorid'] ?? '',
    disk_gb: numberOrZero(instance['root_gb']) + numberOrZero(instance['ephemeral_gb']),
    cell_name: text('cell_name'),
    image_ref_url: `images/${textOrEmpty(instance['image_ref'])}`,
    state: text('vm_state'),
    state_description: text('task_state'),
    image_meta: imageMetaOf(mapOf(instance['system_metadata'])),
    metadata: mapOf(instance['metadata']),
  };
}
