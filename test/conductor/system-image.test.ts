import { expect, test } from 'vitest';
import { imageMetaOf } from '#conductor/system-image';
import { imageDictFromSystemMetadata } from '#objects/image/image-meta-dict';

const METADATA = { image_min_ram: 5, image_hw_disk_bus: 'scsi', foo: 'bar', image_mappings: 'z', x: null };

test('SCHED-25 an image is derived from system metadata', () => {
  expect(imageDictFromSystemMetadata(METADATA)).toEqual({
    min_ram: 5,
    properties: { hw_disk_bus: 'scsi', foo: 'bar' },
  });
});

test('events hold the entries of the image alone', () => {
  expect(imageMetaOf(METADATA)).toEqual({ min_ram: 5, hw_disk_bus: 'scsi', mappings: 'z' });
});
