import { NoValidHost } from '#errors';
import type { JsonMap } from '#ports/json';
import type { Allocations, Owner, Placement } from '#ports/placement';
import { mapOf, textOf, textsOf } from '#wire/reading';
import { allocationRequestText } from '#wire/allocation-request';

/** Whether a request is a rebuild in place, which claims nothing (hint `_nova_check_type` is `["rebuild"]`). */
export function isRebuild(spec: JsonMap): boolean {
  const types = textsOf(mapOf(spec['scheduler_hints'])['_nova_check_type']);
  return types.length === 1 && types[0] === 'rebuild';
}

/** Whose a claim is: the project of the request spec, and the user who asks. */
export function claimOwner(spec: JsonMap, userId: string | null): Owner {
  return { projectId: textOf(spec['project_id']) ?? '', userId: userId ?? '' };
}

/** A move to a destination that somebody named (nova.scheduler.utils `claim_resources_on_destination`). */
export interface DestinationClaim {
  readonly instance: { readonly uuid: string; readonly projectId: string; readonly userId: string };
  readonly sourceNodeUuid: string;
  readonly destination: { readonly nodeUuid: string; readonly host: string };
  /** What the instance holds, when the caller has read it already. */
  readonly sourceAllocations?: Allocations;
  readonly operation?: string;
}

/**
 * Claims on the destination what the instance holds on its source. Answers false, and claims nothing, when it holds
 * nothing there.
 *
 * @throws NoValidHost when the destination has no room, or the instance holds something on further providers, of which
 * nobody knows what meets them on the destination
 */
export async function claimResourcesOnDestination(placement: Placement, claim: DestinationClaim): Promise<boolean> {
  const { instance, destination } = claim;
  const held = claim.sourceAllocations ?? (await placement.allocations(instance.uuid));
  const source = held[claim.sourceNodeUuid];
  // What is held on the destination already is this claim, whose answer was lost.
  const onOtherNodes = Object.keys(held).filter(
    (uuid) => uuid !== claim.sourceNodeUuid && uuid !== destination.nodeUuid,
  );
  if (onOtherNodes.length > 0) {
    throw new NoValidHost({
      reason: `Unable to move instance ${instance.uuid} to host ${destination.host}. The instance has complex allocations on the source host so move cannot be forced.`,
    });
  }
  if (source === undefined || Object.keys(source).length === 0) {
    return false;
  }
  const request = allocationRequestText(destination.nodeUuid, source);
  const owner = { projectId: instance.projectId, userId: instance.userId };
  if (await placement.claim(instance.uuid, request, owner, claim.operation)) {
    return true;
  }
  throw new NoValidHost({
    reason: `Unable to move instance ${instance.uuid} to host ${destination.host}. There is not enough capacity on the host for the instance.`,
  });
}
