import { isRebuild } from '#placement/claim-resources';
import { asksDedicatedProcessors, resourceRequest } from '#placement/resource-request';
import type { JsonMap, WireObject } from '#ports/json';
import type { ResourceRequest } from '#ports/placement';
import { fieldsOf, mapOf, numberOf, textOf, textsOf } from '#wire/reading';

/** A server group as a request carries it. */
interface GroupFacts {
  readonly uuid: string;
  /** The first policy; the others have been out of use since groups can have one only. */
  readonly policy: string;
  /** Members that anti-affinity lets onto one host. */
  readonly maxServerPerHost: number;
  /** Hosts of live members, as the conductor found them. */
  readonly hosts: readonly string[];
}

/** What an image demands of a host, in lower case; undefined where it demands nothing. */
interface ImageFacts {
  readonly architecture: string | undefined;
  readonly hypervisorType: string | undefined;
  readonly vmMode: string | undefined;
}

/** A RequestSpec as far as scheduling looks at it. */
export interface RequestFacts {
  readonly projectId: string;
  /** What is asked of providers; a second request counts where a host does not meet the first. */
  readonly requests: readonly ResourceRequest[];
  readonly availabilityZone: string | undefined;
  readonly ignoredHosts: readonly string[];
  readonly forcedHosts: readonly string[];
  readonly forcedNodes: readonly string[];
  readonly destination: {
    readonly host: string | undefined;
    readonly node: string | undefined;
    readonly cellUuid: string | undefined;
    /** The server may leave that cell: hosts of it are preferred. */
    readonly leavesCell: boolean;
    /** The host must be in one aggregate of each list. */
    readonly aggregates: readonly (readonly string[])[];
    readonly forbiddenAggregates: readonly string[];
  };
  readonly group: GroupFacts | undefined;
  readonly image: ImageFacts;
  /** Whether hints name servers whose hosts are wanted or not. */
  readonly hostHints: boolean;
  /** The server stays on its host: only what its new image demands is looked at, and nothing is claimed. */
  readonly rebuild: boolean;
}

/** Reads a RequestSpec off the wire. */
export function requestFacts(spec: WireObject): RequestFacts {
  const data = fieldsOf(spec);
  const destination = fieldsOf(data['requested_destination']);
  return {
    projectId: textOf(data['project_id']) ?? '',
    requests: asksDedicatedProcessors(data)
      ? [resourceRequest(data), resourceRequest(data, { plain: true })]
      : [resourceRequest(data)],
    availabilityZone: textOf(data['availability_zone']),
    ignoredHosts: textsOf(data['ignore_hosts']),
    forcedHosts: textsOf(data['force_hosts']),
    forcedNodes: textsOf(data['force_nodes']),
    destination: {
      host: textOf(destination['host']),
      node: textOf(destination['node']),
      cellUuid: textOf(fieldsOf(destination['cell'])['uuid']),
      leavesCell: destination['allow_cross_cell_move'] === true,
      aggregates: textsOf(destination['aggregates']).map((uuids) => uuids.split(',')),
      forbiddenAggregates: textsOf(destination['forbidden_aggregates']),
    },
    group: groupFacts(fieldsOf(data['instance_group'])),
    image: imageFacts(fieldsOf(fieldsOf(data['image'])['properties'])),
    hostHints: ['same_host', 'different_host', 'group'].some(
      (hint) => mapOf(data['scheduler_hints'])[hint] !== undefined,
    ),
    rebuild: isRebuild(data),
  };
}

function groupFacts(group: JsonMap): GroupFacts | undefined {
  const uuid = textOf(group['uuid']);
  const policy = textOf(group['policy']) ?? textsOf(group['policies'])[0];
  if (uuid === undefined || policy === undefined) {
    return undefined;
  }
  const most = numberOf(mapOf(group['_rules'])['max_server_per_host']);
  return { uuid, policy, maxServerPerHost: Math.max(1, most ?? 1), hosts: textsOf(group['hosts']) };
}

function imageFacts(properties: JsonMap): ImageFacts {
  const text = (name: string): string | undefined => textOf(properties[name])?.toLowerCase();
  return {
    architecture: text('hw_architecture'),
    hypervisorType: text('img_hv_type'),
    vmMode: text('hw_vm_mode'),
  };
}
