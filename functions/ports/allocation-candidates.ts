import type { Allocations, Placement, ResourceRequest, Resources } from './placement.ts';

/** A question for providers that could serve a server. */
export interface CandidateQuery {
  readonly request: ResourceRequest;
  /** Candidates at most. @default all of them */
  readonly limit?: number;
  /** Only the tree of this provider. */
  readonly inTree?: string;
  /** uuids of aggregates: the tree must be in one of each list. */
  readonly aggregates: readonly (readonly string[])[];
  /** And in none of these. */
  readonly forbiddenAggregates: readonly string[];
}

/** What could be claimed for a server, on one tree. */
export interface AllocationCandidate {
  /** The compute node's own provider. */
  readonly root: string;
  readonly allocations: Allocations;
  /** Providers by suffix of the group, the unsuffixed one under the empty text. */
  readonly mappings: Readonly<Record<string, readonly string[]>>;
}

/** Candidates with what is left on each provider of their trees. */
export interface FoundCandidates {
  readonly candidates: readonly AllocationCandidate[];
  readonly free: ReadonlyMap<string, Resources>;
}

/** A placement that says itself who could serve a server. */
export interface CandidatePlacement extends Placement {
  /** No candidates, with a line in the log, where the service refuses the question. */
  candidates(query: CandidateQuery): Promise<FoundCandidates>;
  /** What consumers hold on a compute node's provider and on those below it. */
  claimsOn(node: string): Promise<ReadonlyMap<string, Allocations>>;
  /** Puts the provider of a compute node into an aggregate, or takes it out; false where there is no such provider. */
  setMembership(node: string, aggregate: string, isMember: boolean): Promise<boolean>;
  /**
   * What a consumer holds, and what of it this operation claimed; all of it was claimed by
   * others where nothing is named.
   */
  claimedBy(consumer: string, operation: string): Promise<{ readonly held: Allocations; readonly own: Allocations }>;
}
