import { describe, expect, it } from 'vitest';
import { PlacementApi } from '#placement/http/api';
import { forbidden } from '#placement/http/rights';
import type { Json } from '#ports/json';
import { placementApi } from '../../fixtures/placement/placement-api.ts';
import { memoryTables } from '../../fixtures/tables.ts';

const uuidAt = (at: number): string => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;

it('more consumers than are written together are refused whole, with the number', async () => {
  const { ask } = placementApi();
  const nothing = { allocations: {}, project_id: 'p', user_id: 'u', consumer_generation: null };
  const held = { ...nothing, allocations: { [uuidAt(0)]: { resources: { VCPU: 1 } } } };
  const consumers = Object.fromEntries(Array.from({ length: 150 }, (_, at) => [uuidAt(at + 1), held]));

  const { status, body } = await ask('POST', '/allocations', consumers, 36);

  expect(status).toBe(400);
  expect(body).toMatchObject({ errors: [{ detail: expect.stringContaining('100') }] });
});

describe('what a host names by the thousand', () => {
  const OF = { project_id: 'p', user_id: 'u', consumer_generation: null };
  const names = Array.from({ length: 5000 }, (_, at) => `CUSTOM_${at}`);
  const many = (value: Json): Json => Object.fromEntries(names.map((_, at) => [uuidAt(at + 1), value]));
  const NODE = `/resource_providers/${uuidAt(0)}`;

  it.each<[what: string, method: string, path: string, body: Json]>([
    ['consumers', 'POST', '/allocations', many({ ...OF, allocations: {} })],
    [
      'providers of a consumer',
      'PUT',
      `/allocations/${uuidAt(0)}`,
      { ...OF, allocations: many({ resources: { VCPU: 1 } }) },
    ],
    ['traits of a provider', 'PUT', `${NODE}/traits`, { resource_provider_generation: 0, traits: names }],
    [
      'inventories of a provider',
      'PUT',
      `${NODE}/inventories`,
      { resource_provider_generation: 0, inventories: Object.fromEntries(names.map((name) => [name, { total: 1 }])) },
    ],
    ['aggregates of a provider', 'PUT', `${NODE}/aggregates`, { resource_provider_generation: 0, aggregates: names }],
    ['traits', 'GET', `/traits?name=in:${names.join(',')}`, null],
  ])('is refused before it is looked for: %s', async (_what, method, path, body) => {
    const { tables, requests } = memoryTables();
    await placementApi({ tables, requests, stop: async () => undefined }).ask('POST', '/resource_providers', {
      uuid: uuidAt(0),
      name: 'node',
    });
    const rights = {
      owns: async () => true,
      mayMake: async () => true,
      sees: async () => true,
      mustBeTheirs: async () => Promise.reject(forbidden('all were looked for')),
    };
    const api = new PlacementApi({ tables, ids: { uuid: () => uuidAt(9999) }, rights });
    const before = requests.length;

    const { status } = await api.answer({ method, path, version: 'placement 1.36', body: body ?? undefined });

    expect(status).toBe(400);
    expect(requests.length - before).toBeLessThan(10);
  });
});
