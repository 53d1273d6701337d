import { randomUUID } from 'node:crypto';
import type { Accelerators } from '#ports/accelerators';
import type { RequestContext } from '#ports/context';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** An accelerator service to be tested, with a profile of one device and one of two and one more. */
export interface AcceleratorsWorld {
  readonly accelerators: Accelerators;
  readonly context: RequestContext;
  readonly profiles: { readonly one: string; readonly three: string };
  /** Where devices are. */
  readonly device: { readonly hostname: string; readonly providerUuid: string };
  stop(): Promise<void>;
}

/** What every accelerator service does. */
export const acceleratorsContract = (name: string, boot: () => Promise<AcceleratorsWorld>): void => {
  describe(`accelerators: ${name}`, () => {
    let world: AcceleratorsWorld;
    beforeAll(async () => {
      world = await boot();
    }, 600_000);
    afterAll(() => world?.stop());

    const bound = async (profile: string) => {
      const { accelerators, context, device } = world;
      const serverId = randomUUID();
      const arqs = await accelerators.create(context, profile);
      const bindings = arqs.map(({ uuid }) => ({ uuid, ...device, instanceId: serverId }));
      await accelerators.bind(context, bindings);
      return { instanceId: serverId, arqs, bindings };
    };

    it('a profile says what its groups ask for', async () => {
      const groups = await world.accelerators.profile(world.context, world.profiles.three);

      expect(groups.map(({ resources }) => resources)).toEqual([{ FPGA: 2 }, { FPGA: 1 }]);
    });

    it('a profile that is not there is reported by name', async () => {
      const { accelerators, context } = world;

      await expect(accelerators.profile(context, 'nothing')).rejects.toMatchObject({ name: 'DeviceProfileError' });
      await expect(accelerators.create(context, 'nothing')).rejects.toMatchObject({
        name: 'AcceleratorRequestOpFailed',
      });
    });

    it('one request is made for each device, and those of a server are found once they are bound', async () => {
      const { accelerators, context, device } = world;

      const { instanceId: serverId, arqs } = await bound(world.profiles.three);
      const found = await accelerators.arqsOf(context, serverId);
      await accelerators.deleteOf(context, serverId);

      expect(arqs.map(({ group }) => group)).toEqual([0, 0, 1]);
      expect(found.map(({ uuid }) => uuid).toSorted()).toEqual(arqs.map(({ uuid }) => uuid).toSorted());
      expect(found[0]).toMatchObject({ state: 'Bound', hostname: device.hostname, providerUuid: device.providerUuid });
    });

    it('requests that no server has are found by their profile', async () => {
      const { accelerators, context, profiles } = world;
      const { instanceId: serverId, arqs } = await bound(profiles.three);
      const [loose] = await accelerators.create(context, profiles.one);

      const ofOne = (await accelerators.unbound(context, profiles.one)).map(({ uuid }) => uuid);
      const ofThree = (await accelerators.unbound(context, profiles.three)).map(({ uuid }) => uuid);
      await accelerators.deleteOf(context, serverId);
      await accelerators.delete(context, [loose?.uuid ?? '']);

      expect(ofOne).toContain(loose?.uuid);
      expect(ofThree.filter((uuid) => arqs.some((arq) => arq.uuid === uuid) || uuid === loose?.uuid)).toEqual([]);
    });

    it('what is bound already counts as bound; another set is refused', async () => {
      const { accelerators, context, device } = world;
      const { instanceId: serverId, bindings } = await bound(world.profiles.one);
      const others = await accelerators.create(context, world.profiles.one);

      await accelerators.bind(context, bindings);
      const second = accelerators.bind(
        context,
        others.map(({ uuid }) => ({ uuid, ...device, instanceId: serverId })),
      );

      await expect(second).rejects.toMatchObject({ name: 'AcceleratorRequestBindingFailed' });
      expect(await accelerators.arqsOf(context, serverId)).toHaveLength(1);
      await accelerators.deleteOf(context, serverId);
      await accelerators.delete(
        context,
        others.map(({ uuid }) => uuid),
      );
    });

    it('a device that is not there fails the binding, and is undone by server', async () => {
      const { accelerators, context } = world;
      const serverId = randomUUID();
      const arqs = await accelerators.create(context, world.profiles.one);
      const bindings = arqs.map(({ uuid }) => ({
        uuid,
        hostname: 'host9',
        providerUuid: randomUUID(),
        instanceId: serverId,
      }));

      await expect(accelerators.bind(context, bindings)).rejects.toMatchObject({
        name: 'AcceleratorRequestBindingFailed',
        arqs: arqs.map(({ uuid }) => uuid),
      });
      await accelerators.deleteOf(context, serverId);
      expect(await accelerators.arqsOf(context, serverId)).toEqual([]);
    });

    it('requests are deleted by server and by uuid, again and beside one that is gone', async () => {
      const { accelerators, context } = world;
      const { instanceId: serverId } = await bound(world.profiles.one);
      const [loose] = await accelerators.create(context, world.profiles.one);

      await accelerators.deleteOf(context, serverId);
      await accelerators.deleteOf(context, serverId);
      await accelerators.delete(context, [randomUUID(), loose?.uuid ?? '']);
      await accelerators.delete(context, [loose?.uuid ?? '']);

      expect(await accelerators.arqsOf(context, serverId)).toEqual([]);
    });
  });
};
