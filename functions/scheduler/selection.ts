import { ALLOCATION_REQUEST_VERSION, allocationRequestText, NO_ALLOCATION_REQUEST } from '#wire/allocation-request';
import type { JsonMap, WireObject } from '#ports/json';
import type { HostState } from './facts/host-state.ts';
import type { RequestFacts } from './facts/request-facts.ts';

function wireObject(name: string, version: string, data: JsonMap): WireObject {
  return {
    'nova_object.name': name,
    'nova_object.namespace': 'nova',
    'nova_object.version': version,
    'nova_object.data': data,
    'nova_object.changes': Object.keys(data).toSorted(),
  };
}

/** A Selection of this host for a request; a rebuild in place asks for no allocation. */
export function selection({ provider, availabilityZone }: HostState, facts: RequestFacts): WireObject {
  const request = facts.rebuild
    ? NO_ALLOCATION_REQUEST
    : allocationRequestText(provider.uuid, facts.resources, facts.resourceGroups);
  return wireObject('Selection', '1.1', {
    compute_node_uuid: provider.uuid,
    service_host: provider.host,
    nodename: provider.node,
    cell_uuid: provider.cellUuid,
    limits: wireObject('SchedulerLimits', '1.0', { numa_topology: null, vcpu: null, disk_gb: null, memory_mb: null }),
    allocation_request: request,
    allocation_request_version: facts.rebuild ? null : ALLOCATION_REQUEST_VERSION,
    availability_zone: availabilityZone,
  });
}
