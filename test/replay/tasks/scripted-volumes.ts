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
  const gone = steps.filter(
    (step): step is ServiceStep =>
      step.kind === 'service' && step.method === 'attachment_get' && step.exception !== null,
  );
  const volumes: Volumes = {
    ...memoryVolumes(seededIds(0)),
    createAttachment: async (_context, volumeId, instanceId) => {
      const id = plainText(mapOf(created.shift()?.result)['id']);
      return { id, volumeId, instanceId, status: 'reserved' };
    },
    renewAttachment: async (context, { id, volumeId, instanceId }) =>
      gone.some(({ args }) => args.includes(id))
        ? volumes.createAttachment(context, volumeId, instanceId)
        : { id, volumeId, instanceId, status: 'attached' },
  };
  return volumes;
}

/** Whether a volume of another zone was refused. */
export const refusesOtherZones = ({ steps }: RecordedTask): boolean =>
  steps.some((step) => step.kind === 'service' && step.method === 'check_availability_zone' && step.exception !== null);
