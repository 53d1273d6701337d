import type { Flavor } from '#objects/api/flavor';
import type { Instance } from '#objects/instance/instance';
import { isOfType, type ObjectOf } from '#objects/versioned/object-type';
import { isMap } from '#objects/versioned/primitive';
import { plainForm } from './request-spec-legacy.ts';
import { SchedulerLimits, limitsToDict } from './scheduler-limits.ts';
import { Selection } from './selection.ts';

/* The legacy maps that hosts hand from one try to the next (spec/conductor.md sections 8.2 and 8.3). */

type Dict = Record<string, unknown>;

/** The filter properties of a boot request. Nova's build_filter_properties. */
export function buildFilterProperties(
  hints: Readonly<Dict> | null,
  forcedHost: string | null,
  forcedNode: string | null,
  flavor: ObjectOf<typeof Flavor>,
): Dict {
  return {
    scheduler_hints: hints,
    instance_type: flavor,
    ...(forcedHost === null ? {} : { force_hosts: [forcedHost] }),
    ...(forcedNode === null ? {} : { force_nodes: [forcedNode] }),
  };
}

/** Adds the chosen host to the tried ones and takes over its limits, in place. Nova's populate_filter_properties. */
export function populateFilterProperties(
  properties: Dict,
  selection: ObjectOf<typeof Selection> | Readonly<Dict>,
): void {
  const chosen = readSelection(selection);
  const retry = properties['retry'];
  if (isMap(retry) && Object.keys(retry).length > 0) {
    const tried: unknown[] = Array.isArray(retry['hosts']) ? retry['hosts'] : [];
    properties['retry'] = { ...retry, hosts: [...tried, [chosen.host, chosen.node]] };
  }
  const forced = properties['force_hosts'];
  if (!Array.isArray(forced) || forced.length === 0) properties['limits'] = chosen.limits;
}

/** The legacy request_spec of some servers, plain throughout. Nova's build_request_spec. */
export function buildRequestSpec(
  image: Readonly<Dict> | null,
  instances: readonly ObjectOf<typeof Instance>[],
  flavor?: ObjectOf<typeof Flavor>,
): Dict {
  const [first] = instances;
  const size = flavor ?? first?.get('flavor');
  const instance = toDict(plainForm(first));
  const metadata = { ...toDict(instance['system_metadata']), ...flavorMetadata(size) };
  return {
    image: image ?? {},
    instance_properties: { ...instance, system_metadata: metadata },
    instance_type: plainForm(size),
    num_instances: instances.length,
  };
}

const FLAVOR_FIELDS = [
  'id',
  'name',
  'memory_mb',
  'vcpus',
  'root_gb',
  'ephemeral_gb',
  'flavorid',
  'swap',
  'rxtx_factor',
  'vcpu_weight',
] as const;

/** A flavor as system metadata once held it; nothing when the flavor lacks a field. */
function flavorMetadata(flavor: ObjectOf<typeof Flavor> | undefined): Dict {
  if (flavor === undefined || FLAVOR_FIELDS.some((name) => !flavor.isSet(name))) return {};
  const fields = FLAVOR_FIELDS.map((name): [string, unknown] => [`instance_type_${name}`, flavor.peek(name)]);
  const specs = Object.entries(flavor.peek('extra_specs') ?? {})
    .filter(([key]) => key.startsWith('hw:numa_cpus.') || key.startsWith('hw:numa_mem.'))
    .map(([key, value]): [string, unknown] => [`instance_type_extra_${key}`, value]);
  return Object.fromEntries([...fields, ...specs]);
}

function readSelection(selection: ObjectOf<typeof Selection> | Readonly<Dict>): {
  host: unknown;
  node: unknown;
  limits: Dict;
} {
  if (isOfType(Selection, selection)) {
    const limits = selection.peek('limits') ?? null;
    return {
      host: selection.get('service_host'),
      node: selection.get('nodename'),
      limits: limits === null ? {} : limitsToDict(limits),
    };
  }
  const dict = toDict(selection);
  const { limits } = dict;
  return {
    host: dict['host'],
    node: dict['nodename'],
    limits: isOfType(SchedulerLimits, limits) ? limitsToDict(limits) : toDict(limits),
  };
}

function toDict(value: unknown): Dict {
  return isMap(value) ? { ...value } : {};
}
