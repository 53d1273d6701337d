import { withKnownNodes } from '#placement/known-nodes';
import { EmbeddedPlacement } from '#placement/embedded-placement';
import { allocationRequestText } from '#wire/allocation-request';
import { PLACEMENT, providerKey } from '#records/keys';
import { describe, expect, it } from 'vitest';
import { OfferingPlacement } from '../fixtures/placement/offering-placement.ts';
import { provider, uuidOf } from '../fixtures/provider.ts';
import { memoryTables } from '../fixtures/tables.ts';

const NODE = uuidOf(1);

describe('a placement of a cloud with the nodes that are known here', () => {
  it('notes nodes here and claims there', async () => {
    const { tables } = memoryTables();
    const cloud = new OfferingPlacement();
    await cloud.saveProvider(provider(1));
    const placement = withKnownNodes(cloud, new EmbeddedPlacement(tables));
    await placement.saveProvider(provider(1));

    const claimed = await placement.claim('i', allocationRequestText(NODE, { VCPU: 1 }), {
      projectId: 'p',
      userId: 'u',
    });

    expect(claimed).toBe(true);
    expect(await cloud.allocations('i')).toEqual({ [NODE]: { VCPU: 1 } });
    expect(await tables.get(PLACEMENT, providerKey(NODE))).toMatchObject({ host: 'host1', 'free:VCPU': 16 });
  });

  it('forgets a node here that is gone, and leaves its provider there to its compute', async () => {
    const { tables } = memoryTables();
    const cloud = new OfferingPlacement();
    await cloud.saveProvider(provider(1));
    const placement = withKnownNodes(cloud, new EmbeddedPlacement(tables));
    await placement.saveProvider(provider(1));

    await placement.retireProvider(NODE);

    expect(await tables.get(PLACEMENT, providerKey(NODE))).toBeUndefined();
    expect(await cloud.tables.get(PLACEMENT, providerKey(NODE))).toBeDefined();
  });
});
