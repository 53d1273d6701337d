import {
  CinderAPIVersionNotAvailable,
  Forbidden,
  InvalidInput,
  VolumeAttachmentNotFound,
  VolumeNotFound,
} from '#errors';
import type { RequestContext } from '#ports/context';
import type { Json, JsonMap } from '#ports/json';
import type { Log } from '#ports/log';
import type { Attachment, Volumes } from '#ports/volumes';
import { listOf, mapOf, textOf } from '#wire/reading';
import { detailOf } from './error-detail.ts';
import { serves, versionRange } from './microversions.ts';
import type { Answer, Call, ServiceClient } from './service-client.ts';
import { withQuery } from './service-url.ts';

/** The microversion that has attachments as they are used here: of shared targets and of completing one. */
const VERSION = '3.44';

/** Volumes of an OpenStack Cinder. */
export function cinderVolumes(client: ServiceClient, log: Pick<Log, 'warn'>): Volumes {
  let checked: Promise<void> | undefined;

  /** Once a process: whether Cinder serves the microversion. */
  const check = async (context: RequestContext): Promise<void> => {
    const asked = { method: 'GET', path: '/', below: 'version' } as const;
    const range = versionRange((await client.call({ ...asked, as: 'user', context })).body);
    if (range !== undefined && serves(range, VERSION)) return;
    const trouble = `serves no microversion ${VERSION}${range === undefined ? '' : ` (${range.min} to ${range.max})`}`;
    const error = await client.misconfigured(asked, trouble, 'Upgrade the service.');
    throw new CinderAPIVersionNotAvailable({ ...error.trouble, version: VERSION });
  };

  const call = async (asked: Omit<Call, 'as' | 'version'> & { readonly context: RequestContext }): Promise<Answer> => {
    checked ??= check(asked.context);
    try {
      await checked;
    } catch (error) {
      checked = undefined;
      throw error;
    }
    return client.call({ ...asked, as: 'user', version: VERSION });
  };

  const volumes: Volumes = {
    async createAttachment(context, volumeId, instanceId) {
      const body = { attachment: { volume_uuid: volumeId, instance_uuid: instanceId, connector: null } };
      const answer = await call({ method: 'POST', path: '/attachments', context, body });
      if (answer.status === 404) throw new VolumeNotFound({ volume_id: volumeId });
      return attachmentOf(ok(answer));
    },

    async attachment(context, id) {
      return attachmentOf(found(id, await call({ method: 'GET', path: pathOf(id), context })));
    },

    async attachments(context, instanceId, volumeId) {
      const path = withQuery('/attachments', ['instance_id', instanceId], ['volume_id', volumeId]);
      const { attachments } = mapOf(ok(await call({ method: 'GET', path, context })));
      return listOf(attachments).map((entry) => readAttachment(entry));
    },

    async updateAttachment(context, id, connector) {
      const body: JsonMap = { attachment: { connector: { ...connector } } };
      return attachmentOf(found(id, await call({ method: 'PUT', path: pathOf(id), context, body })));
    },

    async completeAttachment(context, id) {
      const path = `${pathOf(id)}/action`;
      found(id, await call({ method: 'POST', path, context, body: { 'os-complete': null }, repeatable: true }));
    },

    async deleteAttachment(context, id) {
      const answer = await call({ method: 'DELETE', path: pathOf(id), context });
      if (answer.status === 404) log.warn('a volume attachment is gone already', { attachment: id });
      else ok(answer);
    },

    async renewAttachment(context, { id, volumeId, instanceId }, named) {
      const there = await call({ method: 'GET', path: pathOf(id), context });
      if (there.status !== 404) return attachmentOf(ok(there));
      const reserved = await volumes.attachments(context, instanceId, volumeId);
      const free = reserved.find((attachment) => attachment.status === 'reserved' && !named.has(attachment.id));
      return free ?? volumes.createAttachment(context, volumeId, instanceId);
    },
  };
  return volumes;
}

const pathOf = (id: string): string => `/attachments/${encodeURIComponent(id)}`;

/** The document of an answer below 400. */
function ok({ status, body }: Answer): Json | undefined {
  if (status < 400) return body;
  const reason = `${status}: ${detailOf(body)}`;
  throw status === 403
    ? new Forbidden({}, { message: `Forbidden by the volume service: ${reason}` })
    : new InvalidInput({ reason });
}

function found(id: string, answer: Answer): Json | undefined {
  if (answer.status === 404) throw new VolumeAttachmentNotFound({ attachment_id: id });
  return ok(answer);
}

const attachmentOf = (body: Json | undefined): Attachment => readAttachment(mapOf(body)['attachment']);

function readAttachment(entry: Json | undefined): Attachment {
  const { id, volume_id: volume, instance, status } = mapOf(entry);
  return {
    id: textOf(id) ?? '',
    volumeId: textOf(volume) ?? '',
    instanceId: textOf(instance) ?? '',
    status: textOf(status) ?? '',
  };
}
