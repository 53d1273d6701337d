import type { Allocations, Owner } from '#ports/placement';
import type { Item, Tables } from '#ports/tables';
import { afterClaim, difference } from './allocations.ts';
import { commit, type Change } from './commit.ts';
import { claimOf, holding, newConsumer, withClaim, type ClaimedTree, type Consumer } from './consumer-item.ts';
import type { GroupGuard } from './group-guard.ts';

/** Writes of one claim, the first included, while others change the same items. */
const TRIES = 3;

/** One consumer's claim, to be made together with others. */
export interface Claim {
  readonly consumer: string;
  readonly requested: Allocations;
  readonly owner: Owner;
  /** Name under which the claim is known again. */
  readonly operation?: string;
  /** What the consumer is known to hold; it is taken for new when absent. */
  readonly known?: Consumer;
  /** What met the groups of the request, where that was more than one compute node's own provider. */
  readonly tree?: ClaimedTree;
  /** Guard of the server group, for the requested provider. */
  readonly guard?: GroupGuard;
}

/** What became of claims that were made together: all of them or none. */
export type ClaimsOutcome =
  | { readonly kind: 'claimed' }
  /** These consumers are not as they were thought to be: look at them and ask again. */
  | { readonly kind: 'known-otherwise'; readonly consumers: ReadonlyMap<string, Consumer | undefined> }
  | {
      readonly kind: 'refused';
      readonly providers: ReadonlyMap<string, Item | undefined>;
      readonly guards: ReadonlyMap<string, Item | undefined>;
    }
  /** Others were at the same items at every try. */
  | { readonly kind: 'conflict' };

/**
 * Makes several claims in one transaction.
 *
 * @throws TableThrottled when the same call may be tried again
 */
export async function claimTogether(tables: Tables, claims: readonly Claim[]): Promise<ClaimsOutcome> {
  const guards = new Map(claims.flatMap(({ guard }) => (guard ? [[guard.key, guard] as const] : [])));
  const changes = claims.map(changeOf);
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const outcome = await commit(tables, changes, guards);
    if (outcome.kind === 'done') {
      return { kind: 'claimed' };
    }
    if (outcome.kind === 'refused') {
      return outcome.consumers.size > 0
        ? { kind: 'known-otherwise', consumers: outcome.consumers }
        : { kind: 'refused', providers: outcome.providers, guards: outcome.guards };
    }
  }
  return { kind: 'conflict' };
}

function changeOf({ consumer, requested, owner, operation, known, tree, guard }: Claim): Change {
  const before = known ?? newConsumer(owner);
  const allocations = afterClaim(before.allocations, requested);
  const added = difference(before.allocations, allocations);
  const after: Consumer = {
    ...before,
    owner,
    allocations,
    claims:
      operation === undefined ? before.claims : withClaim(before, { operation, added, ...(tree ? { tree } : {}) }),
    // Who is counted on a provider already is not counted twice.
    guards: guard ? { ...guarded(requested, guard.key), ...before.guards } : before.guards,
  };
  return { consumer, before: known, after };
}

function guarded(requested: Allocations, key: string): Record<string, string> {
  return Object.fromEntries(Object.keys(requested).map((provider) => [provider, key]));
}

/** What a consumer holds without what this operation claimed; undefined when nothing is left. */
export function withoutClaim(consumer: Consumer, operation: string): Consumer | undefined {
  const mark = claimOf(consumer, operation);
  if (mark === undefined) {
    return consumer;
  }
  const rest = difference(mark.added, consumer.allocations);
  const held = holding(consumer, rest);
  return Object.keys(rest).length === 0
    ? undefined
    : { ...held, claims: held.claims.filter((other) => other.operation !== operation) };
}
