import { randomUUID } from 'node:crypto';
import { memoryClaimMarks } from '#adapters/memory/claim-marks';
import { OpenStackPlacement } from '#adapters/openstack/placement';
import { openPlacementEndpoint } from '#local/emulation/placement-endpoint';
import { clientOf } from '../../fixtures/openstack.ts';
import { placementApi } from '../../fixtures/placement/placement-api.ts';
import { claimsContract } from '../../ports/claims.contract.ts';

claimsContract('Placement’s HTTP API of the local world', async () => {
  const { api, ask } = placementApi();
  const endpoint = await openPlacementEndpoint(api);
  const { client, clock, log, close } = clientOf(endpoint.endpoint);
  return {
    placement: new OpenStackPlacement({ client, clock, log, marks: memoryClaimMarks(), random: () => 0.5 }),
    newProvider: async (vcpus) => {
      const uuid = randomUUID();
      await ask('POST', '/resource_providers', { uuid, name: `node-${uuid}` });
      const inventories = { VCPU: { total: vcpus, max_unit: vcpus } };
      await ask('PUT', `/resource_providers/${uuid}/inventories`, { resource_provider_generation: 0, inventories });
      return uuid;
    },
    stop: async () => {
      close();
      await endpoint.stop();
    },
  };
});
