import type { AnyObject } from '#objects/versioned/any-object';
import { Flavor } from '#objects/api/flavor';
import { ImageMeta } from '#objects/image/image-meta';
import { imageFromDict } from '#objects/image/image-meta-dict';
import { InstanceGroup } from '#objects/api/instance-group';
import { isOfType, type ObjectOf } from '#objects/versioned/object-type';
import { isMap } from '#objects/versioned/primitive';
import type { RequestSpec } from './request-spec.ts';
import { limitsFromDict } from './scheduler-limits.ts';
import { retriesFromDict } from './scheduler-retries.ts';

/* The steps that fromPrimitives and fromComponents share: each sets a field of a spec from its legacy form. */

type Spec = ObjectOf<typeof RequestSpec>;

/** A legacy map, such as filter_properties; objects may be inside. */
export type Legacy = Readonly<Record<string, unknown>>;

/** Hosts, retries, limits, hints and destination of filter_properties. */
export function setFromFilterProperties(spec: Spec, properties: Legacy): void {
  for (const name of ['ignore_hosts', 'force_hosts', 'force_nodes', 'requested_destination']) {
    spec.assign(name, properties[name] ?? null);
  }
  const { retry, limits = {}, scheduler_hints: hints = {} } = properties;
  spec.set('retry', isMap(retry) && Object.keys(retry).length > 0 ? retriesFromDict(retry) : null);
  spec.assign('limits', isMap(limits) ? limitsFromDict(limits) : limits);
  spec.assign('scheduler_hints', isMap(hints) ? hintsToLists(hints) : null);
}

/** A group object as given, one of the group_* entries, or null. Its hosts are never part of a save. */
export function setGroup(spec: Spec, properties: Legacy): void {
  const given = properties['instance_group'] ?? null;
  if (given !== null || properties['group_updated'] !== true) {
    spec.assign('instance_group', given);
    return;
  }
  const group = InstanceGroup.make();
  group.assign('policy', entries(properties['group_policies'])[0] ?? null);
  group.assign('hosts', entries(properties['group_hosts']));
  group.assign('members', entries(properties['group_members']));
  if (typeof properties['group_uuid'] === 'string') group.set('uuid', properties['group_uuid']);
  group.resetChanges(['hosts']);
  spec.set('instance_group', group);
}

/** An ImageMeta as given, one of an image map, or null. */
export function setImage(spec: Spec, image: unknown): void {
  if (isOfType(ImageMeta, image)) spec.set('image', image);
  else spec.set('image', isMap(image) ? imageFromDict(image) : null);
}

/** A Flavor as given, or one of a flavor map; anything else leaves it unset. */
export function setFlavor(spec: Spec, flavor: unknown): void {
  if (isOfType(Flavor, flavor)) {
    spec.set('flavor', flavor);
  } else if (isMap(flavor)) {
    const made: AnyObject = Flavor.make();
    for (const name of Flavor.fieldNames) {
      if (Object.hasOwn(flavor, name)) made.assign(name, flavor[name]);
    }
    spec.assign('flavor', made);
  }
}

function hintsToLists(hints: Legacy): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(hints).map(([hint, value]) => [hint, Array.isArray(value) ? value : [value]]),
  );
}

function entries(value: unknown): unknown[] {
  if (value instanceof Set) return [...value];
  return Array.isArray(value) ? value : [];
}
