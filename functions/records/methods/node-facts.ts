import { createHash } from 'node:crypto';
import type { AnyObject } from '#objects/versioned/any-object';
import { mapOf } from '#wire/reading';
import { attributesOf } from '#records/stored-object';

/** What placement goes by; of the statistics, the work that goes on. */
const FACTS: readonly string[] = [
  'uuid',
  'host',
  'hypervisor_hostname',
  'hypervisor_type',
  'hypervisor_version',
  'vcpus',
  'memory_mb',
  'local_gb',
  'cpu_allocation_ratio',
  'ram_allocation_ratio',
  'disk_allocation_ratio',
  'supported_hv_specs',
  'running_vms',
  'stats',
];

/** The facts of a node as one short text; null where the object does not have them all. */
export function factsDigest(node: AnyObject): string | null {
  if (!FACTS.every((name) => node.isSet(name))) return null;
  const { stats, ...facts } = attributesOf(node, FACTS);
  const reported = JSON.stringify([facts, mapOf(stats)['io_workload'] ?? null]);
  return createHash('sha256').update(reported).digest('base64').slice(0, 16);
}
