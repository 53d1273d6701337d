import type { Json, JsonMap } from '#ports/json';
import type { AttributeName, Attributes } from '#ports/tables';
import { DELETED_STATES, DELETING, DELETION, lastExecution, QUOTA } from '#records/operation';
import { listOf, mapOf, wireOf } from '#wire/reading';
import type { InfoCacheAttributes } from './info-cache.ts';
import { finiteNumber, nonEmptyText } from './read.ts';

/** A server as it lies in its cell's table, by the names of Nova's columns. */
export type InstanceItem = ReturnType<typeof instanceItem>;

/** What a server's item holds beside the bookkeeping of operations: its columns and its info cache. */
export type StoredInstance = InstanceItem & InfoCacheAttributes;

/** The name of one of its attributes. */
export type InstanceAttribute = AttributeName<StoredInstance>;

/**
 * Reads a server's item; what an operation keeps there is read by `operationState`. Times are `YYYY-MM-DDTHH:MM:SSZ`.
 */
export function instanceItem(item: Attributes) {
  return {
    id: finiteNumber(item['id']),
    uuid: nonEmptyText(item['uuid']) ?? '',
    display_name: nonEmptyText(item['display_name']),
    project_id: nonEmptyText(item['project_id']),
    user_id: nonEmptyText(item['user_id']),
    host: nonEmptyText(item['host']),
    node: nonEmptyText(item['node']),
    availability_zone: nonEmptyText(item['availability_zone']),
    vm_state: nonEmptyText(item['vm_state']),
    task_state: nonEmptyText(item['task_state']),
    power_state: finiteNumber(item['power_state']),
    vcpus: finiteNumber(item['vcpus']),
    memory_mb: finiteNumber(item['memory_mb']),
    instance_type_id: finiteNumber(item['instance_type_id']),
    image_ref: nonEmptyText(item['image_ref']),
    metadata: mapOf(item['metadata']),
    system_metadata: mapOf(item['system_metadata']),
    /** The present flavor, and those of a resize. */
    flavor: wireOf(item['flavor']) ?? null,
    old_flavor: wireOf(item['old_flavor']) ?? null,
    new_flavor: wireOf(item['new_flavor']) ?? null,
    pci_requests: wireOf(item['pci_requests']) ?? null,
    /** What a move has changed, until it is confirmed or reverted. */
    migration_context: wireOf(item['migration_context']) ?? null,
    ec2_ids: wireOf(item['ec2_ids']) ?? null,
    trusted_certs: wireOf(item['trusted_certs']) ?? null,
    created_at: nonEmptyText(item['created_at']),
    updated_at: nonEmptyText(item['updated_at']),
    launched_on: nonEmptyText(item['launched_on']),
    launched_at: nonEmptyText(item['launched_at']),
    terminated_at: nonEmptyText(item['terminated_at']),
    deleted_at: nonEmptyText(item['deleted_at']),
    deleted: item['deleted'] === true,
    /** The execution that owns it, or owned it last, as `workflow/name`; no launch. */
    last_execution: lastExecution(item),
    hidden: item['hidden'] === true,
    /** Whether the host has taken away what a deleted server left there. */
    cleaned: item['cleaned'] === true,
    /** Its partition of the lookup; null in none. */
    lookup: nonEmptyText(item['lookup']),
    /** Whether its info cache names any port. */
    has_ports: hasPorts(item['network_info']),
    /** What the server counts of its project's quota; empty when it counts nothing. */
    quota: quotaIn(item[QUOTA]),
  };
}

/** Whether a user has asked for the server to be deleted. */
export const isBeingDeleted = (item: Attributes): boolean =>
  item[DELETION] === true || DELETING.some((state) => state === item['task_state']);

/** Whether its host has deleted the server. */
export const isDeletedByHost = (item: Attributes): boolean =>
  DELETED_STATES.some((state) => state === item['vm_state']);

/** A share as it is kept, by names. */
function quotaIn(value: Json | undefined): JsonMap {
  const [project = null, user = null, instances = 0, cores = 0, ram = 0] = listOf(value);
  return project === null ? {} : { project, user, instances, cores, ram };
}

/** The info cache's networks are a text that holds a list, one entry a port. */
const hasPorts = (networks: Json | undefined): boolean => {
  const text = nonEmptyText(networks);
  return text !== null && !/^\s*\[\s*\]\s*$/u.test(text);
};
