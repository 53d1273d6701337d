import { describe, expect, test } from 'vitest';
import { deviceSize } from '#conductor/device-size';

const FLAVOR = { swap: 512, ephemeral_gb: 10 };
const blank = { source_type: 'blank', destination_type: 'local', volume_size: null };

describe('the size of a device', () => {
  test.each([
    ['BDM-01 swap takes the flavor’s swap', { ...blank, guest_format: 'swap' }, 512],
    ['BDM-02 any other blank device the ephemeral size', { ...blank, guest_format: 'ext4' }, 10],
    ['BDM-03 a given size is kept', { ...blank, guest_format: 'swap', volume_size: 1 }, 1],
    ['BDM-04 a volume without a size has none', { source_type: 'volume', destination_type: 'volume' }, null],
    ['BDM-05 an image on local disk has none', { source_type: 'image', destination_type: 'local' }, null],
    ['a blank volume without a size has none', { ...blank, destination_type: 'volume', guest_format: 'swap' }, null],
    ['an image on a volume without a size has none', { source_type: 'image', destination_type: 'volume' }, null],
    ['a size of 0 is kept', { ...blank, volume_size: 0 }, 0],
  ])('%s', (_title, device, size) => {
    expect(deviceSize(device, FLAVOR)).toBe(size);
  });

  test('is none where the flavor has none', () => {
    expect([blank, { ...blank, guest_format: 'swap' }].map((device) => deviceSize(device, {}))).toEqual([null, null]);
  });
});
