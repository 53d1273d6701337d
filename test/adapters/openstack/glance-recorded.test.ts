import { describe, expect, it } from 'vitest';
import { glanceImages } from '#adapters/openstack/glance';
import { snapshotOf } from '#conductor/snapshot';
import type { JsonMap } from '#ports/json';
import { startHttpService } from '../../fixtures/endpoints/http-service.ts';
import { clientOf, userContext } from '../../fixtures/openstack.ts';
import { recordedClient } from '../../fixtures/recorded-client.ts';
import { exchangesOf } from '../../fixtures/endpoints/recorded-exchanges.ts';

const start = async (name: string) => {
  const [exchange] = exchangesOf('glance', name);
  const { client, finish } = await recordedClient('image', exchange ? [exchange] : []);
  const id = exchange?.path.split('/').at(-1) ?? '';
  return { get: () => glanceImages(client).get(userContext(), id, { showDeleted: false }), id, finish };
};

describe('Glance as it was recorded', () => {
  it('an image is Nova’s map, its own keys are properties [GLANCE-01]', async () => {
    const { get, id, finish } = await start('image');

    const image = await get();

    expect(await finish()).toEqual([]);
    expect(image).toMatchObject({ id, name: 'cirros', status: 'active', size: 1024, is_public: true, min_disk: 1 });
    expect(image).toMatchObject({ deleted: false, deleted_at: null, created_at: '2026-11-28T21:21:29Z' });
    expect(image['properties']).toEqual({
      hw_disk_bus: 'virtio',
      os_distro: 'ubuntu',
      hw_vif_multiqueue_enabled: 'true',
    });
  });

  it('an image without data has size 0 and no checksum', async () => {
    const { get, finish } = await start('image-queued');

    const image = await get();

    expect(await finish()).toEqual([]);
    expect(image).toMatchObject({ status: 'queued', size: 0, checksum: null, os_hash_value: null });
  });

  it('block devices of an image are read from their text', async () => {
    const { get, finish } = await start('image-bdm');

    const image = await get();

    expect(await finish()).toEqual([]);
    expect(image['properties']).toMatchObject({ block_device_mapping: [expect.objectContaining({})] });
  });

  it.each(['image-unknown', 'image-bad-id'])('an image that is gone is ImageNotFound: %s [GLANCE-02]', async (name) => {
    const { get, finish } = await start(name);

    await expect(get()).rejects.toMatchObject({ name: 'ImageNotFound' });
    expect(await finish()).toEqual([]);
  });
});

/** What the adapter makes of one answer. */
const ask = async (status: number, body: JsonMap, context = userContext(), showDeleted = false) => {
  const service = await startHttpService(() => ({ status, body }));
  const { client, close } = clientOf(service.url, { service: 'image' });
  const asked = await glanceImages(client)
    .get(context, 'http://glance.test/images/70a5', { showDeleted })
    .catch((error: unknown) => error);
  close();
  await service.stop();
  return { asked, path: service.requests[0]?.path };
};

describe('Glance', () => {
  it('is asked for a private record of a snapshot, whose format is the compute’s to say [GLANCE-06]', async () => {
    const service = await startHttpService(() => ({ status: 201, body: {} }));
    const { client, close } = clientOf(service.url, { service: 'image' });
    const server = { uuid: 'u1', display_name: 'web', project_id: 'p', system_metadata: { image_disk_format: 'raw' } };
    const context = userContext();

    const id = await glanceImages(client).create(context, 'i1', snapshotOf(server, { project_id: 'p', user_id: 'u' }));
    close();
    await service.stop();

    const [asked] = service.requests;
    expect([id, service.requests.length]).toEqual(['i1', 1]);
    expect(asked).toMatchObject({ method: 'POST', path: '/v2/images' });
    expect(asked?.body).toEqual({
      id: 'i1',
      name: 'web-resize-temp',
      visibility: 'private',
      min_disk: 0,
      min_ram: 0,
      instance_uuid: 'u1',
      image_type: 'snapshot',
      user_id: 'u',
    });
  });

  it.each([
    [401, 'ImageNotAuthorized'],
    [403, 'ImageNotAuthorized'],
    [400, 'ImageBadRequest'],
    [413, 'ImageQuotaExceeded'],
  ])('the status %i is %s [GLANCE-03]', async (status, name) => {
    const { asked, path } = await ask(status, { message: 'no' });

    expect(asked).toMatchObject({ name });
    expect(path).toBe('/v2/images/70a5');
  });

  it('a deleted image is shown to those who want deleted ones', async () => {
    const image = { id: '70a5', status: 'deleted', visibility: 'public' };

    const [hidden, shown] = [await ask(200, image), await ask(200, image, userContext(), true)];

    expect(hidden.asked).toMatchObject({ name: 'ImageNotFound' });
    expect(shown.asked).toMatchObject({ id: '70a5' });
  });

  it('another project’s private image is not shown to a context without a token', async () => {
    const image = { id: '70a5', status: 'active', visibility: 'private', owner: 'other' };
    const nobody = userContext({ auth_token: null });

    const [other, own] = [await ask(200, image, nobody), await ask(200, { ...image, owner: 'p' }, nobody)];

    expect(other.asked).toMatchObject({ name: 'ImageNotFound' });
    expect(own.asked).toMatchObject({ id: '70a5' });
  });
});
