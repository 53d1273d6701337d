import { describe, expect, it } from 'vitest';
import { setMembership } from '#adapters/openstack/placement-aggregates';
import type { Answer, Call } from '#adapters/openstack/service-client';
import type { JsonMap } from '#ports/json';
import { mapOf, textsOf } from '#wire/reading';

/** A provider in these aggregates, which another changes before the first so many writes; and what is asked of it. */
function placement(aggregates: readonly string[], conflicts = 0) {
  const asked: string[] = [];
  const provider = { aggregates: [...aggregates], generation: 1 };
  const call = async ({ method, body, version }: Call): Promise<Answer> => {
    asked.push(`${method} ${version}`);
    const shown = (): JsonMap => ({
      aggregates: provider.aggregates,
      resource_provider_generation: provider.generation,
    });
    if (method === 'GET') return { status: 200, body: shown() };
    if (asked.filter((each) => each.startsWith('PUT')).length <= conflicts) provider.generation += 1;
    const fields = mapOf(body);
    if (fields['resource_provider_generation'] !== provider.generation) return { status: 409, body: {} };
    provider.aggregates = textsOf(fields['aggregates']);
    return { status: 200, body: shown() };
  };
  return { client: { call }, provider, asked };
}

describe('the aggregates of a provider', () => {
  it.each([
    ['get one more beside those that there are', ['a'], true, ['a', 'b']],
    ['lose the one that is named', ['a', 'b'], false, ['a']],
  ])('%s, at the microversion that has generations', async (_title, before, isMember, after) => {
    const { client, provider, asked } = placement(before);

    expect(await setMembership(client, 'node', 'b', isMember)).toBe(true);

    expect(provider.aggregates).toEqual(after);
    expect(asked).toEqual(['GET 1.19', 'PUT 1.19']);
  });

  it('are not written where they are so already', async () => {
    const { client, asked } = placement(['b']);

    expect(await setMembership(client, 'node', 'b', true)).toBe(true);

    expect(asked).toEqual(['GET 1.19']);
  });

  it('are read and written again after a compute has changed the provider, four times at most', async () => {
    const [once, always] = [placement(['a'], 1), placement(['a'], 4)];

    expect(await setMembership(once.client, 'node', 'b', true)).toBe(true);
    await expect(setMembership(always.client, 'node', 'b', true)).rejects.toMatchObject({ name: 'InvalidInput' });

    expect(once.provider.aggregates).toEqual(['a', 'b']);
    expect(always.provider.aggregates).toEqual(['a']);
  });

  it('of a provider that is not there are none to be changed', async () => {
    const client = { call: async (): Promise<Answer> => ({ status: 404, body: {} }) };

    expect(await setMembership(client, 'node', 'b', true)).toBe(false);
  });
});
