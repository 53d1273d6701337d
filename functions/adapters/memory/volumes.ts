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
  const of = (serverId: string, volumeId: string): Attachment[] =>
    [...attachments.values()].filter((one) => one.serverId === serverId && one.volumeId === volumeId);
  const volumes: MemoryVolumes = {
    addVolume: (id) => void known.add(id),
    async createAttachment(_context, volumeId, serverId) {
      if (!known.has(volumeId)) throw new VolumeNotFound({ volume_id: volumeId });
      const others = [...attachments.values()].some((one) => one.volumeId === volumeId && one.serverId !== serverId);
      if (others) throw new InvalidInput({ reason: `volume ${volumeId} is kept for another server` });
      const attachment = { id: ids.uuid(), volumeId, serverId, status: 'reserved' };
      attachments.set(attachment.id, attachment);
      return attachment;
    },
    attachment: async (_context, id) => found(id),
    attachments: async (_context, serverId, volumeId) => of(serverId, volumeId),
    updateAttachment: async (_context, id) => become(id, 'attaching'),
    async completeAttachment(_context, id) {
      become(id, 'attached');
    },
    async deleteAttachment(_context, id) {
      attachments.delete(id);
    },
    async renewAttachment(context, { id, volumeId, serverId }, named) {
      const there = attachments.get(id);
      const free = of(serverId, volumeId).find((one) => one.status === 'reserved' && !named.has(one.id));
      return there ?? free ?? volumes.createAttachment(context, volumeId, serverId);
    },
  };
  return volumes;
}
