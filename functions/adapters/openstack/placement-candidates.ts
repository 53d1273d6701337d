import type { AllocationCandidate, CandidateQuery, FoundCandidates } from '#ports/allocation-candidates';
import type { Json, JsonMap } from '#ports/json';
import type { RequestedGroup, Resources } from '#ports/placement';
import { listOf, mapOf, numberOf, numbersOf, textOf, textsOf } from '#wire/reading';
import { withQuery } from './service-url.ts';

/** The trait of providers whose inventory other trees use as well. */
const SHARES = 'MISC_SHARES_VIA_AGGREGATE';

type Parameter = readonly [name: string, value: string];

const sorted = (texts: readonly string[]): string[] => texts.toSorted();

const order = (left: string, right: string): number => (left < right ? -1 : Number(left > right));

const traitsText = (required: readonly string[], forbidden: readonly string[]): string =>
  [...sorted(required), ...sorted(forbidden).map((trait) => `!${trait}`)].join(',');

function groupParameters(suffix: string, { resources, requiredTraits, forbiddenTraits }: RequestedGroup): Parameter[] {
  const amounts = sorted(Object.entries(resources).map(([name, amount]) => `${name}:${amount}`)).join(',');
  const traits = traitsText(requiredTraits, forbiddenTraits);
  return [
    ...(amounts === '' ? [] : [[`resources${suffix}`, amounts] as const]),
    ...(traits === '' ? [] : [[`required${suffix}`, traits] as const]),
  ];
}

/** The path of a question for candidates, its parameters in the order of their names and values. */
export function candidatesPath({ request, limit, inTree, aggregates, forbiddenAggregates }: CandidateQuery): string {
  const suffixed = [...request.groups.keys()].some((suffix) => suffix !== '');
  const root = traitsText(request.rootRequired, request.rootForbidden);
  const parameters: Parameter[] = [
    ...[...request.groups].flatMap(([suffix, group]) => groupParameters(suffix, group)),
    ...aggregates.map((uuids) => ['member_of', `in:${sorted(uuids).join(',')}`] as const),
    ...(forbiddenAggregates.length === 0
      ? []
      : [['member_of', `!in:${sorted(forbiddenAggregates).join(',')}`] as const]),
    ...request.sameSubtree.map((suffixes) => ['same_subtree', sorted(suffixes).join(',')] as const),
    ...(root === '' ? [] : [['root_required', root] as const]),
    ...(suffixed && request.groupPolicy !== undefined ? [['group_policy', request.groupPolicy] as const] : []),
    ...(inTree === undefined ? [] : [['in_tree', inTree] as const]),
    ...(limit === undefined ? [] : [['limit', String(limit)] as const]),
  ];
  return withQuery(
    '/allocation_candidates',
    ...parameters.toSorted((left, right) => order(left[0], right[0]) || order(left[1], right[1])),
  );
}

/** Reads `GET /allocation_candidates` from 1.29 on. */
export function foundCandidates(body: Json | undefined): FoundCandidates {
  const { allocation_requests: requests, provider_summaries: summaries } = mapOf(body);
  const known = mapOf(summaries);
  return {
    candidates: listOf(requests).flatMap((request) => candidateOf(mapOf(request), known)),
    free: new Map(Object.entries(known).map(([uuid, summary]) => [uuid, freeOf(mapOf(summary)['resources'])])),
  };
}

/** A provider that others share lies in no tree of the compute node's, so it does not show whose candidate it is. */
function candidateOf({ allocations, mappings }: JsonMap, summaries: JsonMap): AllocationCandidate[] {
  const own = Object.keys(mapOf(allocations)).find(
    (uuid) => !textsOf(mapOf(summaries[uuid])['traits']).includes(SHARES),
  );
  const root = own === undefined ? undefined : textOf(mapOf(summaries[own])['root_provider_uuid']);
  if (root === undefined) return [];
  return [
    {
      root,
      allocations: Object.fromEntries(
        Object.entries(mapOf(allocations)).map(([uuid, entry]) => [uuid, numbersOf(mapOf(entry)['resources'])]),
      ),
      mappings: Object.fromEntries(
        Object.entries(mapOf(mappings)).map(([suffix, providers]) => [suffix, textsOf(providers)]),
      ),
    },
  ];
}

const freeOf = (resources: Json | undefined): Resources =>
  Object.fromEntries(
    Object.entries(mapOf(resources)).map(([name, usage]) => {
      const { capacity, used } = mapOf(usage);
      return [name, (numberOf(capacity) ?? 0) - (numberOf(used) ?? 0)];
    }),
  );
