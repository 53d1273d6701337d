import { describe, expect, it } from 'vitest';
import { claimsOnNodes, type AuditFacts } from '#cli/audit/audit-facts';
import { audit } from '#cli/audit/audit-rules';
import { decidingPlacement } from '#cli/deployment/cloud-placement';
import { EmbeddedPlacement } from '#placement/embedded-placement';
import { allocationRequestText } from '#wire/allocation-request';
import { OfferingPlacement } from '../../fixtures/placement/offering-placement.ts';
import { provider, ROOT, uuidOf } from '../../fixtures/provider.ts';
import { memoryTables } from '../../fixtures/tables.ts';
import { NO_FACTS } from './no-facts.ts';

const OWNER = { projectId: 'p', userId: 'u' };

/** A deployment with one node, on whose record less is free than its claims leave. */
const facts = (isClaimedInCloud: boolean): AuditFacts => ({
  ...NO_FACTS,
  providers: [
    {
      provider: provider(1),
      capacity: { VCPU: 16 },
      free: { VCPU: 7 },
      ...ROOT,
    },
  ],
  isClaimedInCloud,
});

describe('a deployment whose claims are in a Placement of a cloud', () => {
  it('is not asked what is free on its own records of nodes', () => {
    const rules = [false, true].map((isClaimedInCloud) => audit(facts(isClaimedInCloud)).map(({ rule }) => rule));

    expect(rules).toEqual([['inventory-mismatch'], []]);
  });

  it('has the claims that are on its nodes, those on several of them together', async () => {
    const cloud = new OfferingPlacement();
    for (const at of [1, 2, 3]) await cloud.saveProvider(provider(at));
    const both = { [uuidOf(1)]: { resources: { VCPU: 1 } }, [uuidOf(2)]: { resources: { VCPU: 2 } } };
    await cloud.claim('moving', JSON.stringify({ allocations: both }), OWNER);
    await cloud.claim('elsewhere', allocationRequestText(uuidOf(3), { VCPU: 1 }), OWNER);

    const claims = await claimsOnNodes(cloud, [uuidOf(1), uuidOf(2)]);

    expect([...claims]).toEqual([['moving', { [uuidOf(1)]: { VCPU: 1 }, [uuidOf(2)]: { VCPU: 2 } }]]);
  });

  it.each([
    ['are given back there', true],
    ['are its own where it names none', false],
  ])('has claims that %s', async (_, named) => {
    const [cloud, own] = [new OfferingPlacement(), new EmbeddedPlacement(memoryTables().tables)];
    for (const each of [cloud, own]) {
      await each.saveProvider(provider(1));
      await each.claim('i', allocationRequestText(uuidOf(1), { VCPU: 1 }), OWNER);
    }
    const placement = decidingPlacement(() => Promise.resolve(named ? cloud : undefined), own);

    await placement.release('i');

    const held = [await cloud.allocations('i'), await own.allocations('i')];
    expect(held.map((each) => Object.keys(each).length)).toEqual(named ? [0, 1] : [1, 0]);
  });
});
