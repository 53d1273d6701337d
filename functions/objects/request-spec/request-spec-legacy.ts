import type { AnyObject } from '#objects/versioned/any-object';
import { Instance } from '#objects/instance/instance';
import { isOfType, type ObjectOf } from '#objects/versioned/object-type';
import { isMap } from '#objects/versioned/primitive';
import { getSchedulerHint, RequestSpec } from './request-spec.ts';
import { type Legacy, setFlavor, setFromFilterProperties, setGroup, setImage } from './request-spec-parts.ts';
import { limitsToDict } from './scheduler-limits.ts';
import { retriesToDict } from './scheduler-retries.ts';

/*
 * A RequestSpec and the two plain maps that stood for it in older days (nova.objects.RequestSpec
 * `to_legacy_request_spec_dict`).
 */

type Spec = ObjectOf<typeof RequestSpec>;

/** A new spec of a legacy request_spec and filter_properties; every field is dirty. Nova's RequestSpec.from_primitives.
 * @throws ValueError when an entry does not fit. */
export function fromPrimitives(request: Legacy, properties: Legacy): Spec {
  const spec = RequestSpec.make();
  spec.assign('num_instances', request['num_instances'] ?? 1);
  setImage(spec, request['image']);
  setFromInstance(spec, request['instance_properties']);
  setFlavor(spec, request['instance_type']);
  setFromFilterProperties(spec, properties);
  setGroup(spec, properties);
  return spec.setDefaults();
}

/** The legacy request_spec: objects stay objects, `image` is a plain map. Nova's to_legacy_request_spec_dict. */
export function toLegacyRequestSpecDict(spec: Spec): Record<string, unknown> {
  return {
    num_instances: spec.peek('num_instances') ?? 1,
    image: plainForm(spec.peek('image') ?? {}),
    instance_properties: legacyInstance(spec),
    instance_type: spec.peek('flavor') ?? {},
  };
}

/** The legacy filter_properties: only values that are not empty. Nova's to_legacy_filter_properties_dict. */
export function toLegacyFilterPropertiesDict(spec: Spec): Record<string, unknown> {
  const properties: Record<string, unknown> = {};
  for (const name of ['ignore_hosts', 'force_hosts', 'force_nodes'] as const) {
    const hosts = spec.peek(name) ?? [];
    if (hosts.length > 0) properties[name] = hosts;
  }
  const retry = spec.peek('retry') ?? null;
  const limits = spec.peek('limits') ?? null;
  const group = spec.peek('instance_group') ?? null;
  const hints = spec.peek('scheduler_hints') ?? {};
  const destination = spec.peek('requested_destination') ?? null;
  if (retry !== null) properties['retry'] = retriesToDict(retry);
  if (limits !== null) properties['limits'] = limitsToDict(limits);
  if (group !== null) {
    properties['group_updated'] = true;
    properties['group_hosts'] = new Set(group.get('hosts'));
    properties['group_policies'] = new Set([group.get('policy')]);
    properties['group_members'] = new Set(group.get('members'));
    properties['group_uuid'] = group.get('uuid');
  }
  if (Object.keys(hints).length > 0) {
    properties['scheduler_hints'] = Object.fromEntries(
      Object.keys(hints).map((hint) => [hint, getSchedulerHint(spec, hint)]),
    );
  }
  if (destination !== null) properties['requested_destination'] = destination;
  return properties;
}

/**
 * An object as plain maps and lists of its set fields, without names and versions. Nova's obj_to_primitive function.
 */
export function plainForm(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainForm);
  if (isObject(value)) {
    if (value.type.isList) return value.objects.map(plainForm);
    return Object.fromEntries(
      value.setFields.map((name) => [name, plainField(value.type.field(name)?.type, value.peek(name))]),
    );
  }
  return value;
}

/** A time has microseconds there, and no zone. */
function plainField(type: string | undefined, value: unknown): unknown {
  return type === 'DateTime' && typeof value === 'string' ? value.replace(/Z$/, '.000000') : plainForm(value);
}

const FROM_INSTANCE = ['numa_topology', 'pci_requests', 'project_id', 'user_id', 'availability_zone'] as const;

function setFromInstance(spec: Spec, instance: unknown): void {
  if (isOfType(Instance, instance)) {
    spec.set('instance_uuid', instance.get('uuid'));
    for (const name of FROM_INSTANCE) spec.assign(name, instance.get(name));
  } else if (isMap(instance)) {
    spec.assign('instance_uuid', instance['uuid']);
    for (const name of FROM_INSTANCE) spec.assign(name, instance[name] ?? null);
  }
}

function legacyInstance(spec: Spec): Record<string, unknown> {
  const instance: Record<string, unknown> = {};
  for (const name of FROM_INSTANCE) if (spec.isSet(name)) instance[name] = spec.get(name);
  if (spec.isSet('instance_uuid')) instance['uuid'] = spec.get('instance_uuid');
  const flavor = spec.peek('flavor');
  if (flavor === undefined) return instance;
  for (const name of ['root_gb', 'ephemeral_gb', 'memory_mb', 'vcpus'] as const) {
    instance[name] = flavor.get(name);
  }
  return instance;
}

function isObject(value: unknown): value is AnyObject {
  return typeof value === 'object' && value !== null && 'toPrimitive' in value && 'type' in value;
}
