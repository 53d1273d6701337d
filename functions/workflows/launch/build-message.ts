import { retryEntry } from '#conductor/retry';
import { fromPrimitive } from '#objects/from-primitive';
import { RequestSpec } from '#objects/request-spec';
import { fromPrimitives, toLegacyFilterPropertiesDict, toLegacyRequestSpecDict } from '#objects/request-spec-legacy';
import { registry } from '#objects/registry';
import { serializeEntity } from '#objects/serializer';
import { isOfType, type ObjectOf } from '#objects/object-type';
import type { Json, JsonMap, WireObject } from '#ports/json';
import { fieldsOf, mapOf, objectsOf } from '#records/reading';
import type { CommonDocument, RequestedServer } from '#records/request-document';
import type { PlacedState } from './state.ts';

/** What a build order is made of. */
export interface BuildOrder {
  readonly state: PlacedState;
  readonly common: CommonDocument;
  readonly server: RequestedServer;
  readonly instance: WireObject;
  readonly devices: WireObject;
  readonly maxAttempts: number;
}

/** The Selections that a server is built from: the scheduler's list, or what a compute handed back. */
export function selectionsOf(server: RequestedServer): WireObject[] {
  if (server.document.reschedule !== null) return objectsOf(server.document.reschedule['host_list']);
  return server.selections ?? [];
}

/** The arguments of build_and_run_instance (conductor.md sections 13 h, 14.4, 18.1). */
export function buildArguments(order: BuildOrder): JsonMap {
  const { state, common, server } = order;
  const list = selectionsOf(server);
  const limits = limitsOf(list[state.chosen]);
  const properties = filterProperties(order, limits);
  return {
    instance: order.instance,
    image: common.image,
    request_spec: requestSpec(order, properties),
    filter_properties: properties,
    admin_password: common.admin_password,
    injected_files: common.injected_files,
    requested_networks: common.requested_networks,
    security_groups: securityGroups(server),
    block_device_mapping: order.devices,
    node: state.node,
    limits,
    host_list: list.slice(state.chosen + 1),
    accel_uuids: [],
  };
}

/** The non-null limits of a Selection as a plain map. */
function limitsOf(selection: WireObject | undefined): JsonMap {
  const limits = fieldsOf(fieldsOf(selection)['limits']);
  const entries = Object.entries(limits).filter(([, value]) => value !== null);
  return Object.fromEntries(entries);
}

/** Scheduling properties with this try's bookkeeping; with a forced host limits are not written (section 8.2). */
function filterProperties({ state, server, maxAttempts }: BuildOrder, limits: JsonMap): JsonMap {
  const legacy = server.document.reschedule?.['filter_properties'] ?? specProperties(server.document.request_spec);
  const { retry: _earlier, ...properties } = mapOf(legacy);
  const forced = Array.isArray(properties['force_hosts']) && properties['force_hosts'].length > 0;
  return {
    ...properties,
    ...(forced ? {} : { limits }),
    ...retryEntry(properties, maxAttempts, state.attempt, [...state.tried, [state.host, state.node]]),
  };
}

const specProperties = (spec: WireObject): JsonMap =>
  mapOf(serializeEntity(toLegacyFilterPropertiesDict(specOf(spec))));

/** A first order carries the spec as it came; a later one a spec made of the legacy maps, as Nova does. */
function requestSpec({ state, server }: BuildOrder, properties: JsonMap): Json {
  const spec = server.document.request_spec;
  if (state.attempt === 1 && server.document.reschedule === null) return spec;
  return fromPrimitives(toLegacyRequestSpecDict(specOf(spec)), properties).toPrimitive();
}

function specOf(spec: WireObject): ObjectOf<typeof RequestSpec> {
  const object = fromPrimitive(spec, registry);
  if (!isOfType(RequestSpec, object)) throw new TypeError(`a RequestSpec is expected, not a ${object.type.name}`);
  return object;
}

/** For each security group its uuid if it has one, else its name (section 14.4.7); a reschedule says them itself. */
function securityGroups(server: RequestedServer): Json {
  if (server.document.reschedule !== null) return server.document.reschedule['security_groups'] ?? [];
  return objectsOf(fieldsOf(server.document.request_spec)['security_groups']).map((group) => {
    const { uuid, name } = group['nova_object.data'];
    return uuid ?? name ?? null;
  });
}
