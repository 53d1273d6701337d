import { InvalidInput } from '#errors';
import { mapOf, textsOf } from '#wire/reading';
import { detailOf } from './error-detail.ts';
import type { ServiceClient } from './service-client.ts';

/** From this microversion on aggregates are written with the generation of their provider. */
const AGGREGATES = '1.19';

/** Writes of one change, the first included, while a compute reports to the same provider. */
const TRIES = 4;

/**
 * Puts a provider into an aggregate of Placement's, or takes it out; the others that it is in stay.
 *
 * @returns false when there is no such provider
 * @throws InvalidInput when Placement refuses, or others change the provider at every try
 */
export async function setMembership(
  client: Pick<ServiceClient, 'call'>,
  provider: string,
  aggregate: string,
  isMember: boolean,
): Promise<boolean> {
  const path = `/resource_providers/${encodeURIComponent(provider)}/aggregates`;
  const asked = { path, as: 'service', version: AGGREGATES } as const;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const { status, body } = await client.call({ ...asked, method: 'GET' });
    if (status === 404) return false;
    const { aggregates, resource_provider_generation = null } = mapOf(body);
    const before = textsOf(aggregates);
    if (before.includes(aggregate) === isMember) return true;
    const others = before.filter((uuid) => uuid !== aggregate);
    const wanted = { resource_provider_generation, aggregates: isMember ? [...others, aggregate] : others };
    const answer = await client.call({ ...asked, method: 'PUT', body: wanted });
    if (answer.status < 400) return true;
    if (answer.status !== 409) throw new InvalidInput({ reason: `${answer.status}: ${detailOf(answer.body)}` });
  }
  throw new InvalidInput({ reason: `others change the provider ${provider}: ask again` });
}
