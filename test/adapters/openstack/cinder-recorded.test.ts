import { describe, expect, it } from 'vitest';
import { cinderVolumes } from '#adapters/openstack/cinder';
import { startHttpService, type HttpReaction, type HttpRequest } from '../../fixtures/endpoints/http-service.ts';
import { clientOf, userContext } from '../../fixtures/openstack.ts';
import { fieldOf } from '../../fixtures/placement/allocations-json.ts';
import { textOf } from '#wire/reading';
import { recordedClient } from '../../fixtures/recorded-client.ts';
import { exchangesOf } from '../../fixtures/endpoints/recorded-exchanges.ts';

const CONTEXT = userContext();

/** Volumes over these cases; the version document is read once before them. */
const start = async (...cases: readonly string[]) => {
  const exchanges = exchangesOf('cinder', 'version', ...cases);
  const made = await recordedClient('block-storage', exchanges, { under: '/v3' });
  const [, first] = exchanges;
  const asked = fieldOf(first?.body, 'attachment');
  const text = (name: string): string => textOf(fieldOf(asked, name)) ?? '';
  return {
    volumes: cinderVolumes(made.client, made.log),
    lines: made.lines,
    finish: made.finish,
    create: { volume: text('volume_uuid'), server: text('instance_uuid') },
    /** The id in the path of the first request. */
    id: first?.path.split('/')[3] ?? '',
  };
};

describe('Cinder as it was recorded', () => {
  it('an empty attachment keeps a volume; the version document is read once [CINDER-01]', async () => {
    const { volumes, create, finish } = await start('attachment-create', 'attachment-create-again');

    const made = [
      await volumes.createAttachment(CONTEXT, create.volume, create.server),
      await volumes.createAttachment(CONTEXT, create.volume, create.server),
    ];

    expect(await finish()).toEqual([]);
    expect(made[0]).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/u),
      volumeId: create.volume,
      instanceId: create.server,
      status: 'reserved',
    });
    expect(made[1]?.id).not.toBe(made[0]?.id);
  });

  it.each([
    ['attachment-create-unknown-volume', 'VolumeNotFound'],
    ['attachment-create-other-server', 'InvalidInput'],
    ['attachment-create-bad-volume-id', 'InvalidInput'],
    ['attachment-create-volume-in-error', 'InvalidInput'],
  ])('a volume that cannot be kept is refused by name: %s', async (name, error) => {
    const { volumes, create, finish } = await start(name);

    await expect(volumes.createAttachment(CONTEXT, create.volume, create.server)).rejects.toMatchObject({
      name: error,
    });
    expect(await finish()).toEqual([]);
  });

  it('what a server holds of a volume is found', async () => {
    const { volumes, finish } = await start('attachments-find');
    const [exchange] = exchangesOf('cinder', 'attachments-find');
    const query = new URL(exchange?.path ?? '', 'http://c').searchParams;

    const found = await volumes.attachments(CONTEXT, query.get('instance_id') ?? '', query.get('volume_id') ?? '');

    expect(await finish()).toEqual([]);
    expect(found.map(({ status }) => status)).toEqual(['reserved', 'reserved']);
  });

  it('an attachment is given its host, and completed twice', async () => {
    const [update] = exchangesOf('cinder', 'attachment-update');
    const { volumes, id, finish } = await start(
      'attachment-update',
      'attachment-complete',
      'attachment-complete-again',
      'attachment-completed',
    );
    const connector = fieldOf(fieldOf(update?.body, 'attachment'), 'connector');

    const updated = await volumes.updateAttachment(CONTEXT, id, JSON.parse(JSON.stringify(connector)));
    await volumes.completeAttachment(CONTEXT, id);
    await volumes.completeAttachment(CONTEXT, id);
    const after = await volumes.attachment(CONTEXT, id);

    expect(await finish()).toEqual([]);
    expect([updated.status, after.status]).toEqual(['reserved', 'attached']);
  });

  it('an attachment is deleted; one that is gone is a warning [CINDER-03]', async () => {
    const { volumes, id, lines, finish } = await start('attachment-delete-in-use', 'attachment-delete-again');

    await volumes.deleteAttachment(CONTEXT, id);
    await volumes.deleteAttachment(CONTEXT, id);

    expect(await finish()).toEqual([]);
    expect(lines.filter((line) => line.startsWith('warn'))).toHaveLength(1);
  });

  it('an attachment that is gone is VolumeAttachmentNotFound [VOLATT-01]', async () => {
    const { volumes, id, finish } = await start('attachment-unknown');

    await expect(volumes.attachment(CONTEXT, id)).rejects.toMatchObject({ name: 'VolumeAttachmentNotFound' });
    expect(await finish()).toEqual([]);
  });
});

const startAt = async (react: (request: HttpRequest) => HttpReaction, endpoint = '/v3') => {
  const service = await startHttpService(react);
  const { client, log, close } = clientOf(`${service.url}${endpoint}`, { service: 'block-storage', retries: 0 });
  const stop = async (): Promise<void> => {
    close();
    await service.stop();
  };
  return { volumes: cinderVolumes(client, log), requests: service.requests, stop };
};

const document = (version: string): HttpReaction => ({
  status: 200,
  body: { versions: [{ id: 'v3.0', version, min_version: '3.0' }] },
});

describe('Cinder', () => {
  it('a Cinder that is too old is reported, and asked again the next time [CINDER-02]', async () => {
    const { volumes, requests, stop } = await startAt(() => document('3.40'), '/v3/8ed31a40');

    const ask = () => volumes.createAttachment(CONTEXT, 'v', 's');

    await expect(ask()).rejects.toMatchObject({ name: 'CinderAPIVersionNotAvailable', params: { version: '3.44' } });
    await expect(ask()).rejects.toMatchObject({ name: 'CinderAPIVersionNotAvailable' });
    expect(requests.map(({ path }) => path)).toEqual(['/v3/', '/v3/']);
    await stop();
  });

  it('an attachment that cannot be read is an error, and nothing is made [VOLATT-05]', async () => {
    const { volumes, requests, stop } = await startAt(({ path }) =>
      path === '/v3/' ? document('3.71') : { status: 500 },
    );

    const held = { id: 'at1', volumeId: 'v', instanceId: 's' };

    await expect(volumes.renewAttachment(CONTEXT, held, new Set(['at1']))).rejects.toMatchObject({
      name: 'InvalidInput',
    });
    expect(requests.map(({ method }) => method)).not.toContain('POST');
    await stop();
  });
});
