import { expect, it } from 'vitest';
import { placementApi } from '../../fixtures/placement/placement-api.ts';

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
