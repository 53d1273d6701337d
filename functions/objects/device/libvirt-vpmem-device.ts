import { integer, string } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** A persistent memory namespace given to a server. */
export const LibvirtVPMEMDevice = defineObject({
  name: 'LibvirtVPMEMDevice',
  version: '1.0',
  // 1.0 first
  fields: {
    label: string(),
    name: string(),
    size: integer(),
    devpath: string(),
    align: integer(),
  },
  bases: ['ResourceMetadata'],
});
