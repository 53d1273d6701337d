import { isWireObject, setFields } from '#wire/wire';
import { flavorOf } from '#conductor/move-spec';
import { retryEntry } from '#conductor/retry';
import type { JsonMap, WireObject } from '#ports/json';
import type { Item } from '#ports/tables';
import { instanceOf } from '#records/instance-item';
import { legacyFilterProperties } from '#request-specs/legacy-request-spec';
import { fieldsOf, listOf, mapOf, numberOf } from '#wire/reading';
import type { StoredOperation } from '#operations/operation-document';
import { withoutForcedHosts } from '#request-specs/scheduling-spec';
import type { PlacedState } from './state.ts';
import { instanceItem } from '#records/items/instance';

/** What an unshelve order is made of. */
export interface UnshelveOrder {
  readonly state: PlacedState;
  readonly document: StoredOperation;
  readonly item: Item;
  readonly maxAttempts: number;
  /** Ids of the server's accelerator requests. */
  readonly accelUuids: string[];
}

/** The arguments of unshelve_instance (nova.conductor.manager `unshelve_instance`, nova.compute.rpcapi). */
export function unshelveArguments({ state, document, item, maxAttempts, accelUuids }: UnshelveOrder): JsonMap {
  const properties = boundProperties(document);
  const retry = mapOf(properties['retry']);
  const hosts = listOf(retry['hosts']).flatMap((tried): [string, string][] => {
    const [host, node] = listOf(tried);
    return typeof host === 'string' && typeof node === 'string' ? [[host, node]] : [];
  });
  const attempt = (numberOf(retry['num_attempts']) ?? 0) + 1;
  return {
    instance: castInstance(document, item, state.zone),
    image: document.image,
    filter_properties: {
      ...properties,
      ...retryEntry(properties, maxAttempts, attempt, [...hosts, [state.host, state.node]]),
      limits: state.limits,
    },
    node: state.node,
    request_spec: document.spec,
    accel_uuids: accelUuids,
  };
}

/** The same properties once the spec was bound to the server's cell: a destination in them is the spec's own. */
function boundProperties(document: StoredOperation): JsonMap {
  const properties = askedProperties(document);
  const { requested_destination = null } = fieldsOf(document.spec);
  return 'requested_destination' in properties ? { ...properties, requested_destination } : properties;
}

/** The scheduling properties of the spec that came, its forced hosts left out; none without a spec. */
export function askedProperties(document: StoredOperation): JsonMap {
  const spec = document.arguments['request_spec'];
  return isWireObject(spec) ? legacyFilterProperties(withoutForcedHosts(spec)) : {};
}

const FLAVORS = ['flavor', 'old_flavor', 'new_flavor'];

/**
 * The Instance as it came, in the zone of its new host; that is not saved here. Nova has read its flavors by then,
 * which marks those that it had to load, and the one that it has if that has extra specs, which are new to what has
 * read them.
 */
function castInstance(document: StoredOperation, item: Item, zone: string): WireObject {
  const given = document.arguments['instance'];
  const sent = isWireObject(given) ? given : instanceOf(item, FLAVORS).toPrimitive();
  const zoned = setFields(sent, { availability_zone: zone });
  if ('flavor' in sent['nova_object.data']) return zoned;
  const { flavor, old_flavor, new_flavor } = instanceItem(item);
  const read = isWireObject(flavor) ? flavorOf(flavor).toPrimitive() : null;
  const isNew = read !== null && 'nova_object.changes' in read;
  const marked = setFields(zoned, { old_flavor, new_flavor, ...(isNew ? { flavor: read } : {}) });
  return { ...marked, 'nova_object.data': { ...marked['nova_object.data'], flavor: read } };
}
