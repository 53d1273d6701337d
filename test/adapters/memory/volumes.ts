import { InvalidInput, VolumeAttachmentNotFound, VolumeNotFound } from '#errors';
import type { Ids } from '#ports/ids';
import type { Attachment, Volumes } from '#ports/volumes';

/** A volume service in memory, for worlds and tests. */
export interface MemoryVolumes extends Volumes {
  addVolume(id: string): void;
}

/** Volumes that one server at a time may keep, as without multiattach. */
export function memoryVolumes(ids: Pick<Ids, 'uuid'>): MemoryVolumes {
  const known = new Set<string>();
  const attachments = new Map<string, Attachment>();
  const found = (id: string): Attachment => {
    const attachment = attachments.get(id);
    if (attachment === undefined) throw new VolumeAttachmentNotFound({ attachment_id: id });
    return attachment;
  };
  const become = (id: string, status: string): Attachment => {
    const changed = { ...found(id), status };
    attachments.set(id, changed);
    return changed;
  };
  const of = (instanceId: string, volumeId: string): Attachment[] =>
    [...attachments.values()].filter((one) => one.instanceId === instanceId && one.volumeId === volumeId);
  const volumes: MemoryVolumes = {
    addVolume: (id) => void known.add(id),
    async createAttachment(_context, volumeId, instanceId) {
      if (!known.has(volumeId)) throw new VolumeNotFound({ volume_id: volumeId });
      const others = [...attachments.values()].some(
        (one) => one.volumeId === volumeId && one.instanceId !== instanceId,
      );
      if (others) throw new InvalidInput({ reason: `volume ${volumeId} is kept for another server` });
      const attachment = { id: ids.uuid(), volumeId, instanceId, status: 'reserved' };
      attachments.set(attachment.id, attachment);
      return attachment;
    },
    attachment: async (_context, id) => found(id),
    attachments: async (_context, instanceId, volumeId) => of(instanceId, volumeId),
    updateAttachment: async (_context, id) => become(id, 'attaching'),
    async completeAttachment(_context, id) {
      become(id, 'attached');
    },
    async deleteAttachment(_context, id) {
      attachments.delete(id);
    },
    async renewAttachment(context, { id, volumeId, instanceId }, named) {
      const there = attachments.get(id);
      const free = of(instanceId, volumeId).find((one) => one.status === 'reserved' && !named.has(one.id));
      return there ?? free ?? volumes.createAttachment(context, volumeId, instanceId);
    },
  };
  return volumes;
}
