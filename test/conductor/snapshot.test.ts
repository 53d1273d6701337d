import { describe, expect, test } from 'vitest';
import { snapshotOf } from '#conductor/snapshot';

const SERVER = { uuid: 'u1', display_name: 'web', project_id: 'p', system_metadata: {} };
const OWNER = { project_id: 'p', user_id: 'user' };

describe('the image by which the disk of a server gets to another cell', () => {
  test('is named after the server, belongs to it, and is as large as its image has to be', () => {
    const system_metadata = { image_min_disk: '5', image_min_ram: 512, image_hw_disk_bus: 'scsi', boot_roles: 'x' };

    expect(snapshotOf({ ...SERVER, system_metadata }, OWNER)).toEqual({
      name: 'web-resize-temp',
      minDisk: 5,
      minRam: 512,
      properties: { hw_disk_bus: 'scsi', instance_uuid: 'u1', user_id: 'user', image_type: 'snapshot' },
      sharedWith: null,
    });
  });

  test('has a name, sizes and a user where nothing names them', () => {
    const image = snapshotOf({ ...SERVER, display_name: null }, { project_id: 'p', user_id: null });

    expect(image).toMatchObject({ name: '-resize-temp', minDisk: 0, minRam: 0, properties: { user_id: '' } });
  });

  test('takes over no property without a value, and spells what is no text', () => {
    const system_metadata = { image_a: null, image_b: { c: 1 } };

    const { properties } = snapshotOf({ ...SERVER, system_metadata }, OWNER);

    expect(properties).not.toHaveProperty('a');
    expect(properties).toMatchObject({ b: '{"c":1}' });
  });

  test.each([
    'bittorrent',
    'cache_in_nova',
    'cinder_encryption_key_id',
    'img_signature',
    'img_signature_key_type',
    'os_glance_stage_host',
    'disk_format',
    'min_ram',
  ])('does not take over %s, which is of the image before', (name) => {
    const { properties } = snapshotOf({ ...SERVER, system_metadata: { [`image_${name}`]: 'x' } }, OWNER);

    expect(properties).not.toHaveProperty(name);
  });

  test.each(['img_signatures', 'my_bittorrent', 'min_ramp', 'disk_formats'])(
    'takes over %s, which only sounds like it',
    (name) => {
      const { properties } = snapshotOf({ ...SERVER, system_metadata: { [`image_${name}`]: 'x' } }, OWNER);

      expect(properties).toHaveProperty(name, 'x');
    },
  );

  test.each([
    ['another project than that of the request', 'p', 'admin', 'p'],
    ['the project of the request', 'p', 'p', null],
    ['no project', null, 'admin', null],
  ])('of a server of %s is shared with its project alone', (_title, project_id, asking, sharedWith) => {
    const image = snapshotOf({ ...SERVER, project_id }, { project_id: asking, user_id: 'user' });

    expect(image.sharedWith).toBe(sharedWith);
  });
});
