import { randomUUID } from 'node:crypto';
import type { RequestContext } from '#ports/context';
import type { Volumes } from '#ports/volumes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** A volume service to be tested. */
export interface VolumesWorld {
  readonly volumes: Volumes;
  readonly context: RequestContext;
  /** A volume that nobody keeps. */
  newVolume(): Promise<string>;
  stop(): Promise<void>;
}

/** What every volume service does. */
export const volumesContract = (name: string, boot: () => Promise<VolumesWorld>): void => {
  describe(`volumes: ${name}`, () => {
    let world: VolumesWorld;
    beforeAll(async () => {
      world = await boot();
    }, 600_000);
    afterAll(() => world?.stop());

    const kept = async () => {
      const [volume, server] = [await world.newVolume(), randomUUID()];
      const attachment = await world.volumes.createAttachment(world.context, volume, server);
      return { volume, server, attachment };
    };

    it('an empty attachment keeps a volume for a server', async () => {
      const { volumes, context } = world;
      const { volume, server, attachment } = await kept();

      const [read, listed] = [
        await volumes.attachment(context, attachment.id),
        await volumes.attachments(context, server, volume),
      ];

      expect(attachment).toMatchObject({ volumeId: volume, instanceId: server, status: 'reserved' });
      expect(read).toEqual(attachment);
      expect(listed).toEqual([attachment]);
    });

    it('a volume that is kept for a server is refused to another one', async () => {
      const { volumes, context } = world;
      const { volume } = await kept();

      await expect(volumes.createAttachment(context, volume, randomUUID())).rejects.toMatchObject({
        name: 'InvalidInput',
      });
    });

    it('a volume that is not there is refused by name', async () => {
      const { volumes, context } = world;

      await expect(volumes.createAttachment(context, randomUUID(), randomUUID())).rejects.toMatchObject({
        name: 'VolumeNotFound',
      });
    });

    it('an attachment is given its host, completed and given back, each as often as one likes', async () => {
      const { volumes, context } = world;
      const { volume, server, attachment } = await kept();
      const connector = { host: 'host1', ip: '192.0.2.11', initiator: 'iqn.1993-08.org.debian:01:host1' };

      await volumes.updateAttachment(context, attachment.id, connector);
      await volumes.completeAttachment(context, attachment.id);
      await volumes.completeAttachment(context, attachment.id);
      const used = await volumes.attachment(context, attachment.id);
      await volumes.deleteAttachment(context, attachment.id);
      await volumes.deleteAttachment(context, attachment.id);

      expect(used.status).toBe('attached');
      expect(await volumes.attachments(context, server, volume)).toEqual([]);
    });

    it('an attachment that is gone is reported by name', async () => {
      const { volumes, context } = world;

      await expect(volumes.attachment(context, randomUUID())).rejects.toMatchObject({
        name: 'VolumeAttachmentNotFound',
      });
    });

    it('an attachment that is there is kept [VOLATT-02]', async () => {
      const { volumes, context } = world;
      const { volume, server, attachment } = await kept();

      const held = { id: attachment.id, volumeId: volume, instanceId: server };
      const renewed = await volumes.renewAttachment(context, held, new Set([attachment.id]));

      expect(renewed).toEqual(attachment);
    });

    it('an attachment that is gone is renewed once, however often it is asked for [VOLATT-01, VOLATT-06]', async () => {
      const { volumes, context } = world;
      const { volume, server, attachment } = await kept();
      await volumes.deleteAttachment(context, attachment.id);
      const held = { id: attachment.id, volumeId: volume, instanceId: server };

      const renewed = [
        await volumes.renewAttachment(context, held, new Set([attachment.id])),
        await volumes.renewAttachment(context, held, new Set([attachment.id])),
      ];

      expect(renewed[0]).toMatchObject({ volumeId: volume, instanceId: server, status: 'reserved' });
      expect(renewed[0]?.id).not.toBe(attachment.id);
      expect(renewed[1]).toEqual(renewed[0]);
      expect(await volumes.attachments(context, server, volume)).toHaveLength(1);
    });
  });
};
