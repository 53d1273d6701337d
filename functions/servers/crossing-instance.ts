import { flavorOf } from '#conductor/move-spec';
import type { WireObject } from '#ports/json';
import type { Item } from '#ports/tables';
import { instanceOf, type InstanceObject } from '#records/instance-item';
import { mustBeWire } from '#wire/wire-object';
import { LOADED, markEc2Ids } from './cast-instance.ts';

/**
 * The copy of a server in another cell as orders carry it: all that Nova had to load to copy it, and the flavor that it
 * is to have, as long as that is not stored.
 */
export function crossingInstance(item: Item, flavor?: WireObject): WireObject {
  const instance: InstanceObject = instanceOf(item, LOADED);
  instance.resetChanges();
  if (flavor !== undefined) instance.set('new_flavor', flavorOf(flavor));
  markEc2Ids(instance);
  return mustBeWire(instance.toPrimitive(), 'the instance');
}
