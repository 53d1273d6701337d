import type { Attributes } from '#ports/tables';
import { LAST_EXECUTION, QUOTA } from '#records/operation';
import { mapOf, wireOf } from '#wire/reading';
import { finiteNumber, nonEmptyText } from './read.ts';

/** A server as it lies in its cell's table, by the names of Nova's columns. */
export type InstanceItem = ReturnType<typeof instanceItem>;

/** Reads a server's item; what an operation keeps there is read by `operationState`. */
export function instanceItem(item: Attributes) {
  return {
    uuid: nonEmptyText(item['uuid']) ?? '',
    display_name: nonEmptyText(item['display_name']),
    project_id: nonEmptyText(item['project_id']),
    user_id: nonEmptyText(item['user_id']),
    host: nonEmptyText(item['host']),
    node: nonEmptyText(item['node']),
    vm_state: nonEmptyText(item['vm_state']),
    task_state: nonEmptyText(item['task_state']),
    power_state: finiteNumber(item['power_state']),
    memory_mb: finiteNumber(item['memory_mb']),
    instance_type_id: finiteNumber(item['instance_type_id']),
    image_ref: nonEmptyText(item['image_ref']),
    system_metadata: mapOf(item['system_metadata']),
    /** The present flavor, and those of a resize. */
    flavor: wireOf(item['flavor']) ?? null,
    old_flavor: wireOf(item['old_flavor']) ?? null,
    new_flavor: wireOf(item['new_flavor']) ?? null,
    trusted_certs: wireOf(item['trusted_certs']) ?? null,
    created_at: nonEmptyText(item['created_at']),
    updated_at: nonEmptyText(item['updated_at']),
    deleted: item['deleted'] === true,
    /** The execution that owned it last, as `workflow/name`. */
    last_execution: nonEmptyText(item[LAST_EXECUTION]),
    /** What the server counts of its project's quota; empty when it counts nothing. */
    quota: mapOf(item[QUOTA]),
  };
}
