import { dirtyFields, isWireObject, newObject, setFields } from '#wire/wire';
import { fromPrimitives } from '#objects/request-spec/request-spec-legacy';
import type { JsonMap, WireObject } from '#ports/json';
import type { Item } from '#ports/tables';
import { instanceOf } from '#records/instance-item';

/** A spec that forces no host any more; that is no change of the spec (RequestSpec.reset_forced_destinations). */
export function withoutForcedHosts(spec: WireObject): WireObject {
  const forced = ['force_hosts', 'force_nodes'];
  const changes = dirtyFields(spec).filter((name) => !forced.includes(name));
  return {
    ...spec,
    'nova_object.data': { ...spec['nova_object.data'], force_hosts: null, force_nodes: null },
    'nova_object.changes': changes,
  };
}

/** A spec that stays in one cell: its destination is made, or keeps what it says beside the cell. */
export function withinCell(spec: WireObject, cell: WireObject): WireObject {
  const given = spec['nova_object.data']['requested_destination'];
  const requested_destination = isWireObject(given)
    ? setFields(given, { cell })
    : newObject('Destination', '1.4', { cell });
  return setFields(spec, { requested_destination });
}

/** Nothing that is asked of all groups together. */
export const NO_LEVEL_PARAMS: WireObject = {
  'nova_object.name': 'RequestLevelParams',
  'nova_object.namespace': 'nova',
  'nova_object.version': '1.1',
  'nova_object.data': {},
};

/** A spec that says what the server's ports need beside its flavor: nothing, where it does not say it itself. */
export function withPortNeeds(spec: WireObject): WireObject {
  const { requested_resources, request_level_params } = spec['nova_object.data'];
  const needs: JsonMap = {
    ...(requested_resources === undefined || requested_resources === null ? { requested_resources: [] } : {}),
    ...(request_level_params === undefined ? { request_level_params: NO_LEVEL_PARAMS } : {}),
  };
  return setFields(spec, needs);
}

const FOR_SCHEDULING = ['metadata', 'system_metadata', 'numa_topology', 'pci_requests', 'flavor'];

/**
 * A spec for a server that none was sent for, made of its record (nova.scheduler.utils `build_request_spec`,
 * nova.objects.RequestSpec `to_legacy_request_spec_dict`).
 */
export function specOfInstance(item: Item, image: JsonMap, properties: JsonMap): WireObject {
  const instance = instanceOf(item, FOR_SCHEDULING);
  const request = { image, instance_properties: instance, instance_type: instance.get('flavor'), num_instances: 1 };
  return fromPrimitives(request, properties).toPrimitive();
}
