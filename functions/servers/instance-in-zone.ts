import type { JsonMap, WireObject } from '#ports/json';
import { textsOf } from '#wire/reading';

/** A server on the wire with the zone of its destination: it is the compute that saves it. */
export function inZone(instance: WireObject, zone: string): WireObject {
  const changes = textsOf(instance['nova_object.changes']);
  const fields: JsonMap = { ...instance['nova_object.data'], availability_zone: zone };
  return {
    ...instance,
    'nova_object.data': fields,
    'nova_object.changes': [...new Set([...changes, 'availability_zone'])].toSorted(),
  };
}
