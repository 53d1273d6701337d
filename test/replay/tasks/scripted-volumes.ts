import { memoryVolumes } from '#adapters/memory/volumes';
import { seededIds } from '#adapters/memory/ids';
import type { Volumes } from '#ports/volumes';
import { mapOf, plainText } from '#wire/reading';
import type { RecordedTask, ServiceStep } from './recorded-task.ts';

/** The volume service as it was recorded: its attachments have the ids of the recording. */
export function scriptedVolumes({ steps }: RecordedTask): Volumes {
  const created = steps.filter(
    (step): step is ServiceStep =>
      step.kind === 'service' && step.service === 'cinder' && step.method === 'attachment_create',
  );
  return {
    ...memoryVolumes(seededIds(0)),
    createAttachment: async (_context, volumeId, serverId) => {
      const id = plainText(mapOf(created.shift()?.result)['id']);
      return { id, volumeId, instanceId: serverId, status: 'reserved' };
    },
  };
}

/** Whether a volume of another zone was refused. */
export const refusesOtherZones = ({ steps }: RecordedTask): boolean =>
  steps.some((step) => step.kind === 'service' && step.method === 'check_availability_zone' && step.exception !== null);
