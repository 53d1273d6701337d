import type { Json } from '#ports/json';
import type { Allocations, Owner } from '#ports/placement';
import type { Item, Key } from '#ports/tables';
import { PLACEMENT } from '#records/keys';
import type { ItemAddress } from '#records/item-addresses';
import { listOf, mapOf, numberOf, numbersOf, textOf, textsOf } from '#wire/reading';

/** What one claim added, under the name of the operation that made it. */
export interface ClaimMark {
  readonly operation: string;
  readonly added: Allocations;
  /** What met the groups of the request, where that was more than one compute node's own provider. */
  readonly tree?: ClaimedTree;
}

/** Which providers of a compute node's tree met the groups of a request. */
export interface ClaimedTree {
  /** The compute node's own provider. */
  readonly root: string;
  readonly mappings: Readonly<Record<string, readonly string[]>>;
}

/** An instance or a migration with what it holds. */
export interface Consumer {
  readonly allocations: Allocations;
  readonly owner: Owner;
  /** Raised by every write; a write demands the one it read. */
  readonly generation: number;
  /** The claims of the last operations, oldest first: a claim found here is a repeat. */
  readonly claims: readonly ClaimMark[];
  /** Server group guards by provider: the key of the guard item that counts this consumer. */
  readonly guards: Readonly<Record<string, string>>;
}

/** Claims remembered at a time. */
const REMEMBERED = 4;

export const consumerKey = (uuid: string): Key => ({ pk: `consumer#${uuid}`, sk: 'consumer' });

/** Where what a consumer holds lies, unless a service of its own keeps it. */
export const consumerAddress = (uuid: string): ItemAddress => ({ table: PLACEMENT, key: consumerKey(uuid) });

/** A consumer that holds nothing yet. */
export const newConsumer = (owner: Owner): Consumer => ({
  allocations: {},
  owner,
  generation: 0,
  claims: [],
  guards: {},
});

/** The claim that this operation made, as far as the consumer still holds it. */
export function claimOf(consumer: Consumer | undefined, operation: string): ClaimMark | undefined {
  return consumer?.claims.find((mark) => mark.operation === operation);
}

/** Remembers a claim, and forgets the oldest. */
export function withClaim(consumer: Consumer, mark: ClaimMark): readonly ClaimMark[] {
  return [...consumer.claims, mark].slice(-REMEMBERED);
}

/** The same consumer holding something else: claims and guards of providers that it left are forgotten. */
export function holding(consumer: Consumer, allocations: Allocations): Consumer {
  const stays = (provider: string): boolean => allocations[provider] !== undefined;
  return {
    ...consumer,
    allocations,
    claims: consumer.claims.filter((mark) => Object.keys(mark.added).every(stays)),
    guards: Object.fromEntries(Object.entries(consumer.guards).filter(([provider]) => stays(provider))),
  };
}

export function consumerItem(uuid: string, consumer: Consumer): Item {
  return {
    ...consumerKey(uuid),
    allocations: allocationsJson(consumer.allocations),
    project_id: consumer.owner.projectId,
    user_id: consumer.owner.userId,
    generation: consumer.generation,
    claims: consumer.claims.map(({ operation, added, tree }) => ({
      operation,
      added: allocationsJson(added),
      ...(tree === undefined ? {} : { tree: { root: tree.root, mappings: mappingsJson(tree.mappings) } }),
    })),
    guards: { ...consumer.guards },
  };
}

export function readConsumer(item: Item): Consumer {
  return {
    allocations: readAllocations(item['allocations']),
    owner: { projectId: textOf(item['project_id']) ?? '', userId: textOf(item['user_id']) ?? '' },
    generation: numberOf(item['generation']) ?? 0,
    claims: listOf(item['claims']).map((entry) => {
      const { operation, added, tree } = mapOf(entry);
      const root = textOf(mapOf(tree)['root']);
      return {
        operation: textOf(operation) ?? '',
        added: readAllocations(added),
        ...(root === undefined ? {} : { tree: { root, mappings: readMappings(mapOf(tree)['mappings']) } }),
      };
    }),
    guards: Object.fromEntries(
      Object.entries(mapOf(item['guards'])).flatMap(([provider, key]) =>
        typeof key === 'string' ? [[provider, key]] : [],
      ),
    ),
  };
}

const mappingsJson = (mappings: ClaimedTree['mappings']): Record<string, string[]> =>
  Object.fromEntries(Object.entries(mappings).map(([suffix, providers]) => [suffix, [...providers]]));

const readMappings = (value: Json | undefined): Record<string, string[]> =>
  Object.fromEntries(Object.entries(mapOf(value)).map(([suffix, providers]) => [suffix, textsOf(providers)]));

function allocationsJson(allocations: Allocations): Record<string, Record<string, number>> {
  return Object.fromEntries(Object.entries(allocations).map(([provider, resources]) => [provider, { ...resources }]));
}

function readAllocations(value: Json | undefined): Allocations {
  return Object.fromEntries(
    Object.entries(mapOf(value)).map(([provider, resources]) => [provider, numbersOf(resources)]),
  );
}
