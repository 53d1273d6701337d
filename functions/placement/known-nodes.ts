import type { CandidatePlacement } from '#ports/allocation-candidates';
import type { Placement } from '#ports/placement';

/**
 * A placement of a cloud's with what the deployment knows of compute nodes: claims are made there and nowhere else, and
 * providers and inventories are the computes' own. The nodes are noted here all the same, since filters and weighers
 * look at their hosts; their inventories count for nothing.
 */
export const withKnownNodes = (
  placement: CandidatePlacement,
  own: Pick<Placement, 'saveProvider' | 'deleteProvider' | 'offer' | 'retireProvider'>,
): CandidatePlacement => ({
  saveProvider: (provider) => own.saveProvider(provider),
  deleteProvider: (uuid) => own.deleteProvider(uuid),
  offer: (uuid, isOffered) => own.offer(uuid, isOffered),
  retireProvider: (uuid) => own.retireProvider(uuid),
  allocations: (consumer) => placement.allocations(consumer),
  traits: (provider) => placement.traits(provider),
  tree: (node) => placement.tree(node),
  providerName: (provider) => placement.providerName(provider),
  claim: (...claim) => placement.claim(...claim),
  setAndClear: (...swap) => placement.setAndClear(...swap),
  removeProvider: (...removal) => placement.removeProvider(...removal),
  release: (consumer) => placement.release(consumer),
  withdraw: (consumers, operation) => placement.withdraw(consumers, operation),
  claimsOn: (node) => placement.claimsOn(node),
  setMembership: (...membership) => placement.setMembership(...membership),
  candidates: (query) => placement.candidates(query),
  claimedBy: (consumer, operation) => placement.claimedBy(consumer, operation),
});
