import { describe, expect, it } from 'vitest';
import { memoryClaimMarks } from '#adapters/memory/claim-marks';
import { OpenStackPlacement } from '#adapters/openstack/placement';
import { ResourceProviderTraitRetrievalFailed } from '#errors';
import type { Json } from '#ports/json';
import { recordedClient } from '../../fixtures/recorded-client.ts';
import { heldExchange } from '../../fixtures/endpoints/recorded-exchanges.ts';

const PROVIDER = '222d2fad-a25e-5583-baf0-acf77072d18b';

/** Placement that answers so when it is asked for the traits of the provider. */
async function answering(status: number, response: Json) {
  const path = `/resource_providers/${PROVIDER}/traits`;
  const asked = { ...heldExchange('', response), path, microversion: '1.6', status };
  const { client, clock, log, finish } = await recordedClient('placement', [asked]);
  const placement = new OpenStackPlacement({ client, clock, log, marks: memoryClaimMarks(), random: () => 0.5 });
  return { placement, finish };
}

describe('the traits of a provider', () => {
  it('are asked for at 1.6', async () => {
    const { placement, finish } = await answering(200, { traits: ['CUSTOM_T'], resource_provider_generation: 3 });

    const traits = await placement.traits(PROVIDER);

    expect(await finish()).toEqual([]);
    expect(traits).toEqual(['CUSTOM_T']);
  });

  it('are none where nobody knows the provider', async () => {
    const { placement, finish } = await answering(404, { errors: [] });

    const traits = await placement.traits(PROVIDER);

    expect(await finish()).toEqual([]);
    expect(traits).toEqual([]);
  });

  it('are an error of their own where Placement refuses to answer', async () => {
    const { placement, finish } = await answering(400, { errors: [] });

    const asking = placement.traits(PROVIDER);

    await expect(asking).rejects.toThrow(ResourceProviderTraitRetrievalFailed);
    expect(await finish()).toEqual([]);
  });
});
