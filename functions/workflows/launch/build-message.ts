import { readObjects, specOf } from '#conductor/move-spec';
import { withProviders } from '#conductor/provider-mapping';
import { filterPropertiesOf, plainLimits } from '#conductor/retry';
import {
  fromPrimitives,
  toLegacyFilterPropertiesDict,
  toLegacyRequestSpecDict,
} from '#objects/request-spec/request-spec-legacy';
import { serializeEntity } from '#objects/versioned/serializer';
import type { Json, JsonMap, WireObject } from '#ports/json';
import { fieldsOf, mapOf, objectsOf } from '#wire/reading';
import type { CommonDocument, RequestedInstance } from '#operations/request-document';
import type { PlacedState } from './state.ts';

/** What a build order is made of. */
export interface BuildOrder {
  readonly state: PlacedState;
  readonly common: CommonDocument;
  readonly requested: RequestedInstance;
  readonly instance: WireObject;
  readonly devices: WireObject;
  readonly maxAttempts: number;
  /** Ids of the server's accelerator requests. */
  readonly accelUuids: string[];
}

/** The Selections that a server is built from: the scheduler's list, or what a compute handed back. */
export function selectionsOf(instance: RequestedInstance): WireObject[] {
  const rescheduled = instance.document.reschedule?.['host_list'];
  return Array.isArray(rescheduled) ? objectsOf(rescheduled) : (instance.selections ?? []);
}

/**
 * The arguments of build_and_run_instance (nova.conductor.manager `build_instances`, `schedule_and_build_instances`,
 * nova.compute.rpcapi).
 */
export function buildArguments(order: BuildOrder): JsonMap {
  const { state, common, requested: instance } = order;
  const list = selectionsOf(instance);
  const limits = limitsOf(list[state.chosen]);
  const properties = filterPropertiesOf(scheduling(instance), {
    attempt: state.attempt,
    maxAttempts: order.maxAttempts,
    hosts: [...state.tried, [state.host, state.node]],
    limits,
  });
  return {
    instance: order.instance,
    image: common.image,
    request_spec: requestSpec(order, properties),
    filter_properties: properties,
    admin_password: common.admin_password,
    injected_files: common.injected_files,
    requested_networks: common.requested_networks,
    security_groups: securityGroups(instance),
    block_device_mapping: order.devices,
    node: state.node,
    limits,
    host_list: list.slice(state.chosen + 1),
    accel_uuids: order.accelUuids,
  };
}

const limitsOf = (selection: WireObject | undefined): JsonMap => plainLimits(fieldsOf(fieldsOf(selection)['limits']));

/** What a server's scheduling was asked for, as the legacy map: its own spec's, or what the compute sent. */
export function scheduling(instance: RequestedInstance): JsonMap {
  const rescheduled = instance.document.reschedule?.['filter_properties'];
  if (rescheduled !== undefined) return mapOf(rescheduled);
  return mapOf(serializeEntity(toLegacyFilterPropertiesDict(specOf(instance.document.request_spec))));
}

/**
 * A first order carries the spec as it came; a later one a spec made of the legacy maps, which say nothing of what
 * ports and devices need: that is taken over from the spec that came. Both say which providers meet those needs.
 */
function requestSpec({ state, requested: instance }: BuildOrder, properties: JsonMap): Json {
  const sent = instance.document.request_spec;
  const chosen = selectionsOf(instance)[state.chosen];
  if (state.attempt === 1 && instance.document.reschedule === null) return withProviders(sent, chosen);
  const known = specOf(sent);
  const rebuilt = fromPrimitives(toLegacyRequestSpecDict(known), readObjects(properties));
  const groups = known.isSet('requested_resources') ? known.peek('requested_resources') : null;
  const params = known.isSet('request_level_params') ? known.peek('request_level_params') : undefined;
  // Unlike Nova's, it says still which of its groups are met together.
  if (params?.isSet('same_subtree') === true && (groups ?? []).length > 0) rebuilt.set('request_level_params', params);
  return withProviders(rebuilt.set('requested_resources', groups ?? []).toPrimitive(), chosen);
}

/** For each security group its uuid if it has one, else its name; a reschedule says them itself. */
function securityGroups(instance: RequestedInstance): Json {
  if (instance.document.reschedule !== null) return instance.document.reschedule['security_groups'] ?? [];
  return objectsOf(fieldsOf(instance.document.request_spec)['security_groups']).map((group) => {
    const { uuid, name } = group['nova_object.data'];
    return uuid ?? name ?? null;
  });
}
