import { ALLOCATION_REQUEST_VERSION, allocationsText, NO_ALLOCATION_REQUEST } from '#wire/allocation-request';
import type { JsonMap, WireObject } from '#ports/json';
import type { HostState } from './facts/host-state.ts';
import type { Fitting } from '#placement/fit';

function wireObject(name: string, version: string, data: JsonMap): WireObject {
  return {
    'nova_object.name': name,
    'nova_object.namespace': 'nova',
    'nova_object.version': version,
    'nova_object.data': data,
    'nova_object.changes': Object.keys(data).toSorted(),
  };
}

/** A Selection of this host with what it is to claim; a rebuild in place claims nothing. */
export function selection({ provider, availabilityZone }: HostState, fitting: Fitting | undefined): WireObject {
  const request = fitting ? allocationsText(fitting.allocations, fitting.mappings) : NO_ALLOCATION_REQUEST;
  return wireObject('Selection', '1.1', {
    compute_node_uuid: provider.uuid,
    service_host: provider.host,
    nodename: provider.node,
    cell_uuid: provider.cellUuid,
    limits: wireObject('SchedulerLimits', '1.0', { numa_topology: null, vcpu: null, disk_gb: null, memory_mb: null }),
    allocation_request: request,
    allocation_request_version: fitting ? ALLOCATION_REQUEST_VERSION : null,
    availability_zone: availabilityZone,
  });
}
