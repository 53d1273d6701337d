import { nullable } from '#objects/versioned/field';
import { integer, string, uuid } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** A block device of a server in live migration, libvirt's part. */
export const LibvirtLiveMigrateBDMInfo = defineObject({
  name: 'LibvirtLiveMigrateBDMInfo',
  version: '1.1',
  // 1.0 first
  // 1.1 adds encryption_secret_uuid
  fields: {
    serial: string(),
    bus: string(),
    dev: string(),
    type: string(),
    format: nullable(string()),
    boot_index: nullable(integer()),
    connection_info_json: string(),
    encryption_secret_uuid: nullable(uuid()),
  },
  drops: {
    '1.1': ['encryption_secret_uuid'],
  },
});
