import type { Attributes } from '#ports/tables';
import { QUOTA } from '#records/operation';
import { mapOf, wireOf } from '#wire/reading';
import { numberOrNull, textOrNull } from './read.ts';

/** A server as it lies in its cell's table, by the names of Nova's columns. */
export type InstanceItem = ReturnType<typeof instanceItem>;

/** Reads a server's item; what an operation keeps there is read by `operationState`. */
export function instanceItem(item: Attributes) {
  return {
    uuid: textOrNull(item['uuid']) ?? '',
    display_name: textOrNull(item['display_name']),
    project_id: textOrNull(item['project_id']),
    user_id: textOrNull(item['user_id']),
    host: textOrNull(item['host']),
    node: textOrNull(item['node']),
    vm_state: textOrNull(item['vm_state']),
    task_state: textOrNull(item['task_state']),
    power_state: numberOrNull(item['power_state']),
    memory_mb: numberOrNull(item['memory_mb']),
    instance_type_id: numberOrNull(item['instance_type_id']),
    image_ref: textOrNull(item['image_ref']),
    system_metadata: mapOf(item['system_metadata']),
    /** The present flavor, and those of a resize. */
    flavor: wireOf(item['flavor']) ?? null,
    old_flavor: wireOf(item['old_flavor']) ?? null,
    new_flavor: wireOf(item['new_flavor']) ?? null,
    trusted_certs: wireOf(item['trusted_certs']) ?? null,
    created_at: textOrNull(item['created_at']),
    updated_at: textOrNull(item['updated_at']),
    deleted: item['deleted'] === true,
    /** What the server counts of its project's quota; empty when it counts nothing. */
    quota: mapOf(item[QUOTA]),
  };
}
