import { randomUUID } from 'node:crypto';
import type { CandidatePlacement, CandidateQuery } from '#ports/allocation-candidates';
import type { Resources } from '#ports/placement';
import { allocationsText } from '#wire/allocation-request';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** A placement to be tested that offers candidates. */
interface CandidatesWorld {
  readonly placement: CandidatePlacement;
  /** A provider with so many VCPUs. */
  newProvider(vcpus: number): Promise<string>;
  stop(): Promise<void>;
}

const OWNER = { projectId: 'p', userId: 'u' };

/** A question for processors of one tree. */
const asking = (inTree: string, resources: Resources, requiredTraits: readonly string[] = []): CandidateQuery => ({
  request: {
    groups: new Map([['', { resources, requiredTraits, forbiddenTraits: [] }]]),
    groupPolicy: 'none',
    rootRequired: [],
    rootForbidden: ['COMPUTE_STATUS_DISABLED'],
    sameSubtree: [],
  },
  limit: 1000,
  inTree,
  aggregates: [],
  forbiddenAggregates: [],
});

/** What every placement that offers candidates does. */
export const candidatesContract = (name: string, boot: () => Promise<CandidatesWorld>): void => {
  describe(`candidates: ${name}`, () => {
    let world: CandidatesWorld;
    beforeAll(async () => {
      world = await boot();
    }, 600_000);
    afterAll(() => world?.stop());

    it('a provider with room is offered, with what is left on it', async () => {
      const node = await world.newProvider(4);

      const found = await world.placement.candidates(asking(node, { VCPU: 2 }));

      expect(found.candidates).toEqual([
        { root: node, allocations: { [node]: { VCPU: 2 } }, mappings: { '': [node] } },
      ]);
      expect(found.free.get(node)).toEqual({ VCPU: 4 });
    });

    it.each([
      ['a provider without room', { VCPU: 5 }, []],
      ['a provider without a trait', { VCPU: 1 }, ['HW_CPU_X86_SGX']],
    ])('%s is not offered [PLACE-21]', async (_, resources, traits) => {
      const node = await world.newProvider(4);

      const found = await world.placement.candidates(asking(node, resources, traits));

      expect(found.candidates).toEqual([]);
    });

    it('what is offered can be claimed, and is known by its operation and by its node', async () => {
      const [node, server] = [await world.newProvider(4), randomUUID()];
      const [offer] = (await world.placement.candidates(asking(node, { VCPU: 2 }))).candidates;
      const text = allocationsText(offer?.allocations ?? {}, offer?.mappings ?? {});

      const claimed = await world.placement.claim(server, text, OWNER, 'op');

      const held = { [node]: { VCPU: 2 } };
      expect(claimed).toBe(true);
      expect(await world.placement.claimedBy(server, 'op')).toEqual({ held, own: held });
      expect(await world.placement.claimedBy(server, 'another')).toEqual({ held, own: {} });
      expect([...(await world.placement.claimsOn(node))]).toEqual([[server, held]]);
    });
  });
};
