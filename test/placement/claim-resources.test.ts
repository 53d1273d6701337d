import { allocationRequestText } from '#wire/allocation-request';
import { claimResourcesOnDestination } from '#placement/claim-resources';
import { EmbeddedPlacement } from '#placement/embedded-placement';
import { describe, expect, it } from 'vitest';
import { inventory, provider, uuidOf } from '../fixtures/provider.ts';
import { memoryTables } from '../fixtures/tables.ts';

const ONE = { VCPU: 1 };
const OWNER = { projectId: 'p', userId: 'u' };
const MOVE = {
  instance: { uuid: 'i', projectId: 'p', userId: 'u' },
  sourceNodeUuid: uuidOf(1),
  destination: { nodeUuid: uuidOf(2), host: 'host2' },
};

async function world() {
  const { tables } = memoryTables();
  const placement = new EmbeddedPlacement(tables);
  for (const at of [1, 2]) {
    await placement.saveProvider(provider(at, { inventories: { VCPU: inventory(1) } }));
  }
  return { placement };
}

describe('claimResourcesOnDestination', () => {
  it('RES-20 claims on the destination what the instance holds on its source', async () => {
    const { placement } = await world();
    await placement.claim('i', allocationRequestText(uuidOf(1), ONE), OWNER);

    expect(await claimResourcesOnDestination(placement, MOVE)).toBe(true);
    expect(await placement.allocations('i')).toEqual({ [uuidOf(1)]: ONE, [uuidOf(2)]: ONE });
  });

  it('RES-21 claims nothing for an instance that holds nothing', async () => {
    const { placement } = await world();

    expect(await claimResourcesOnDestination(placement, MOVE)).toBe(false);
    expect(await placement.allocations('i')).toEqual({});
  });

  it('RES-22 a full destination raises NoValidHost and leaves the source', async () => {
    const { placement } = await world();
    await placement.claim('i', allocationRequestText(uuidOf(1), ONE), OWNER);
    await placement.claim('other', allocationRequestText(uuidOf(2), ONE), OWNER);

    const move = claimResourcesOnDestination(placement, MOVE);

    await expect(move).rejects.toMatchObject({ name: 'NoValidHost', message: expect.stringMatching(/ i .* host2/u) });
    expect(await placement.allocations('i')).toEqual({ [uuidOf(1)]: ONE });
  });

  it('what is held on further providers is not moved by force, and nothing is claimed [PLACE-18]', async () => {
    const { placement } = await world();
    const fpga = { FPGA: 1 };
    await placement.saveProvider(provider(3, { inventories: { FPGA: inventory(1) } }));
    const held = { [uuidOf(1)]: { resources: ONE }, [uuidOf(3)]: { resources: fpga } };
    await placement.claim('i', JSON.stringify({ allocations: held }), OWNER);

    const move = claimResourcesOnDestination(placement, MOVE);

    await expect(move).rejects.toMatchObject({
      name: 'NoValidHost',
      message: expect.stringContaining('complex allocations'),
    });
    expect(await placement.allocations('i')).toEqual({ [uuidOf(1)]: ONE, [uuidOf(3)]: fpga });
  });

  it('is the same claim when its answer was lost', async () => {
    const { placement } = await world();
    await placement.claim('i', allocationRequestText(uuidOf(1), ONE), OWNER);
    const move = { ...MOVE, operation: 'op' };

    const claimed = [
      await claimResourcesOnDestination(placement, move),
      await claimResourcesOnDestination(placement, move),
    ];

    expect(claimed).toEqual([true, true]);
    expect(await placement.allocations('i')).toEqual({ [uuidOf(1)]: ONE, [uuidOf(2)]: ONE });
  });
});
