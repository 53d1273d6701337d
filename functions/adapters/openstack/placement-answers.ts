import { ResourceProviderTraitRetrievalFailed } from '#errors';
import type { Json, JsonMap } from '#ports/json';
import type { Allocations, Owner, Resources } from '#ports/placement';
import { listOf, mapOf, numberOf, numbersOf, textOf, textsOf } from '#wire/reading';
import type { Answer } from './service-client.ts';

/** What a consumer holds, as Placement gives it. */
export interface Held {
  readonly allocations: Allocations;
  /** Null when nobody knows the consumer, or it holds nothing. */
  readonly generation: number | null;
  readonly owner: Owner | undefined;
}

/** Reads `GET /allocations/{consumer}`. */
export function heldOf(body: Json | undefined): Held {
  const { allocations, consumer_generation: generation, project_id: project, user_id: user } = mapOf(body);
  const [projectId, userId] = [textOf(project), textOf(user)];
  return {
    allocations: Object.fromEntries(
      Object.entries(mapOf(allocations)).map(([provider, entry]) => [provider, numbersOf(mapOf(entry)['resources'])]),
    ),
    generation: numberOf(generation) ?? null,
    owner: projectId === undefined || userId === undefined ? undefined : { projectId, userId },
  };
}

/** The name of a provider; undefined for one that is not there. */
export const nameIn = ({ status, body }: Answer): string | undefined =>
  status === 200 ? textOf(mapOf(body)['name']) : undefined;

/** Whether something is wanted, and all providers of it are held. */
export const namesAll = (held: Allocations, wanted: Allocations): boolean =>
  Object.keys(wanted).length > 0 && Object.keys(wanted).every((provider) => held[provider] !== undefined);

/** What is left of allocations when these providers are taken out. */
export const without = (allocations: Allocations, providers: ReadonlySet<string>): Allocations =>
  Object.fromEntries(Object.entries(allocations).filter(([provider]) => !providers.has(provider)));

/** What became of a write of allocations. */
export type Written = 'written' | 'consumer-conflict' | 'provider-conflict' | 'refused';

/**
 * Reads the answer to a write. A consumer's conflict differs from a provider's by its words alone
 * (nova.scheduler.client.report).
 */
export function writtenOf({ status, body }: Answer): Written {
  if (status === 204) return 'written';
  if (status !== 409) return 'refused';
  const [error] = listOf(mapOf(body)['errors']);
  const { code, detail } = mapOf(error);
  if (textOf(code) !== 'placement.concurrent_update') return 'refused';
  return (textOf(detail) ?? '').includes('consumer generation conflict') ? 'consumer-conflict' : 'provider-conflict';
}

/** Allocations as Placement takes them. */
export const allocationsBody = (allocations: Allocations) =>
  Object.fromEntries(
    Object.entries(allocations).map(([provider, resources]) => [provider, { resources: { ...resources } }]),
  );

/** The uuids of `GET /resource_providers?in_tree=…`. */
export const providerUuids = (body: Json | undefined): readonly string[] =>
  listOf(mapOf(body)['resource_providers']).flatMap((provider) => textOf(mapOf(provider)['uuid']) ?? []);

/** Amounts by consumer of `GET /resource_providers/{provider}/allocations`. */
export const consumersOf = (body: Json | undefined): Readonly<Record<string, Resources>> =>
  Object.fromEntries(
    Object.entries(mapOf(mapOf(body)['allocations'])).map(([consumer, entry]) => [
      consumer,
      numbersOf(mapOf(entry)['resources']),
    ]),
  );

/**
 * Reads `GET /resource_providers/{provider}/traits`; a provider that is gone has none.
 *
 * @throws ResourceProviderTraitRetrievalFailed
 */
export function traitsIn({ status, body }: Answer, provider: string): string[] {
  if (status === 404) return [];
  if (status !== 200) throw new ResourceProviderTraitRetrievalFailed({ uuid: provider });
  return textsOf(mapOf(body)['traits']);
}

/**
 * A first claim is the request as it is; a consumer that holds something keeps it beside what is new (an evacuation).
 */
export function claimBody(
  request: string,
  held: Held,
  fresh: Allocations,
  owner: Owner,
  generation: null | 0,
): JsonMap {
  if (held.generation !== null) {
    const allocations = allocationsBody({ ...held.allocations, ...fresh });
    return { allocations, ...ownerBody(held.owner ?? owner), consumer_generation: held.generation };
  }
  const { mappings } = mapOf(JSON.parse(request));
  return {
    allocations: allocationsBody(fresh),
    ...(mappings === undefined ? {} : { mappings }),
    ...ownerBody(owner),
    consumer_generation: generation,
  };
}

export const ownerBody = ({ projectId, userId }: Owner): JsonMap => ({ project_id: projectId, user_id: userId });
