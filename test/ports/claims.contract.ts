import { randomUUID } from 'node:crypto';
import type { Placement, Resources } from '#ports/placement';
import { allocationRequestText } from '#wire/allocation-request';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** A placement to be tested. */
export interface ClaimsWorld {
  readonly placement: Placement;
  /** A provider with so many VCPUs. */
  newProvider(vcpus: number): Promise<string>;
  stop(): Promise<void>;
}

const OWNER = { projectId: 'p', userId: 'u' };
const ONE: Resources = { VCPU: 1 };

/** What every placement does with claims, ours and OpenStack's. */
export const claimsContract = (name: string, boot: () => Promise<ClaimsWorld>): void => {
  describe(`claims: ${name}`, () => {
    let world: ClaimsWorld;
    beforeAll(async () => {
      world = await boot();
    }, 600_000);
    afterAll(() => world?.stop());

    const claim = (consumer: string, provider: string, resources = ONE, operation?: string): Promise<boolean> =>
      world.placement.claim(consumer, allocationRequestText(provider, resources), OWNER, operation);

    it('a claim is held, and again under its operation it is the same', async () => {
      const [node, server] = [await world.newProvider(4), randomUUID()];

      const claimed = [await claim(server, node, ONE, 'op'), await claim(server, node, ONE, 'op')];

      expect(claimed).toEqual([true, true]);
      expect(await world.placement.allocations(server)).toEqual({ [node]: ONE });
    });

    it('a consumer that nobody knows holds nothing', async () => {
      expect(await world.placement.allocations(randomUUID())).toEqual({});
    });

    it('a claim beyond the capacity is refused and leaves nothing', async () => {
      const [node, server] = [await world.newProvider(4), randomUUID()];

      expect(await claim(server, node, { VCPU: 5 })).toBe(false);
      expect(await claim(server, node, { CUSTOM_GOLD: 1 })).toBe(false);
      expect(await world.placement.allocations(server)).toEqual({});
    });

    it('after a claim on a provider that is not there the next one is served [PLACE-06]', async () => {
      const [node, server] = [await world.newProvider(4), randomUUID()];

      const claimed = [await claim(server, randomUUID()), await claim(server, node)];

      expect(claimed).toEqual([false, true]);
      expect(await world.placement.allocations(server)).toEqual({ [node]: ONE });
    });

    it('a claim of a server that holds something holds both [PLACE-17]', async () => {
      const [node1, node2, server] = [await world.newProvider(4), await world.newProvider(4), randomUUID()];
      await claim(server, node1);

      const claimed = await claim(server, node2, ONE, 'evacuation');

      expect(claimed).toBe(true);
      expect(await world.placement.allocations(server)).toEqual({ [node1]: ONE, [node2]: ONE });
    });

    it('what an operation claimed is taken back, and what was held before stays', async () => {
      const [node1, node2, server] = [await world.newProvider(4), await world.newProvider(4), randomUUID()];
      await claim(server, node1);
      await claim(server, node2, ONE, 'evacuation');

      await world.placement.withdraw([server, randomUUID()], 'another');
      await world.placement.withdraw([server, randomUUID()], 'evacuation');
      await world.placement.withdraw([server], 'evacuation');

      expect(await world.placement.allocations(server)).toEqual({ [node1]: ONE });
    });

    it('taking back a claim that was refused changes nothing', async () => {
      const [node, server] = [await world.newProvider(1), randomUUID()];
      const claimed = await claim(server, node, { VCPU: 2 }, 'op');

      await world.placement.withdraw([server], 'op');

      expect(claimed).toBe(false);
      expect(await world.placement.allocations(server)).toEqual({});
    });

    it('a swap hands all over on a full host, and again it is the same [PLACE-08, PLACE-11]', async () => {
      const [node, server, migration] = [await world.newProvider(4), randomUUID(), randomUUID()];
      await claim(server, node, { VCPU: 4 });
      const swap = () => world.placement.setAndClear(migration, { [node]: { VCPU: 4 } }, OWNER, server);

      const swapped = [await swap(), await swap()];

      expect(swapped).toEqual([true, true]);
      expect(await world.placement.allocations(migration)).toEqual({ [node]: { VCPU: 4 } });
      expect(await world.placement.allocations(server)).toEqual({});
    });

    it('a revert replaces what the server holds of its destination [PLACE-12]', async () => {
      const [node1, node2] = [await world.newProvider(4), await world.newProvider(4)];
      const [server, migration] = [randomUUID(), randomUUID()];
      await claim(migration, node1);
      await claim(server, node2);

      const reverted = await world.placement.setAndClear(server, { [node1]: ONE }, OWNER, migration);

      expect(reverted).toBe(true);
      expect(await world.placement.allocations(server)).toEqual({ [node1]: ONE });
      expect(await world.placement.allocations(migration)).toEqual({});
    });

    it('a rejected host is taken out, the other stays; again nothing changes [PLACE-13]', async () => {
      const [node1, node2, server] = [await world.newProvider(4), await world.newProvider(4), randomUUID()];
      await claim(server, node1);
      await claim(server, node2);

      const removed = [
        await world.placement.removeProvider(server, node2, ONE),
        await world.placement.removeProvider(server, node2, ONE),
      ];

      expect(removed).toEqual([true, true]);
      expect(await world.placement.allocations(server)).toEqual({ [node1]: ONE });
      expect(await world.placement.removeProvider(randomUUID(), node1, ONE)).toBe(false);
    });

    it('a release frees all, and of nothing it says so [PLACE-15]', async () => {
      const [node, server] = [await world.newProvider(1), randomUUID()];
      await claim(server, node);

      const released = [await world.placement.release(server), await world.placement.release(server)];

      expect(released).toEqual([true, false]);
      expect(await claim(randomUUID(), node)).toBe(true);
    });
  });
};
