import { nullable } from '#objects/versioned/field';
import { integer } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** What a driver reports about one disk. */
export const DiskDiagnostics = defineObject({
  name: 'DiskDiagnostics',
  version: '1.0',
  // 1.0 first
  fields: {
    read_bytes: nullable(integer()),
    read_requests: nullable(integer()),
    write_bytes: nullable(integer()),
    write_requests: nullable(integer()),
    errors_count: nullable(integer()),
  },
});
