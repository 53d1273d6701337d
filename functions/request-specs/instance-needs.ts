import { newObject } from '#wire/wire';
import type { DeviceGroup } from '#ports/accelerators';
import type { WireObject } from '#ports/json';
import type { PortNeeds } from '#ports/network-ports';
import { NO_LEVEL_PARAMS } from './scheduling-spec.ts';

/** What is asked of one provider for a port or a device. */
export interface NeededGroup extends DeviceGroup {
  /** Under which Placement is asked and answers. */
  readonly requesterId: string;
}

/** What the groups of a device profile need: of the flavor's, or of that of a port. */
export const profileGroups = (groups: readonly DeviceGroup[], port = ''): NeededGroup[] =>
  groups.map((group, at) => ({ ...group, requesterId: `device_profile_${at}${port}` }));

/** What ports need. */
export const portGroups = ({ groups }: PortNeeds): NeededGroup[] =>
  groups.map(({ requesterId, resources, requiredTraits }) => ({
    requesterId,
    resources,
    requiredTraits,
    forbiddenTraits: [],
  }));

/** A group as a RequestSpec carries it in its requested_resources. */
export const requestGroup = ({ requesterId, resources, requiredTraits, forbiddenTraits }: NeededGroup): WireObject =>
  newObject('RequestGroup', '1.3', {
    use_same_provider: true,
    resources: { ...resources },
    required_traits: [...requiredTraits],
    forbidden_traits: [...forbiddenTraits],
    aggregates: [],
    forbidden_aggregates: [],
    requester_id: requesterId,
    provider_uuids: [],
    in_tree: null,
  });

/** What a RequestSpec carries as its request_level_params: lists of groups that are met below one provider. */
export const levelParams = (sameSubtree: PortNeeds['sameSubtree']): WireObject =>
  sameSubtree.length === 0
    ? NO_LEVEL_PARAMS
    : newObject('RequestLevelParams', '1.1', {
        root_required: [],
        root_forbidden: [],
        same_subtree: sameSubtree.map((ids) => [...ids]),
      });
