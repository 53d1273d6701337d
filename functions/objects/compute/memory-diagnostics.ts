import { nullable } from '#objects/versioned/field';
import { integer } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** What a driver reports about memory. */
export const MemoryDiagnostics = defineObject({
  name: 'MemoryDiagnostics',
  version: '1.0',
  // 1.0 first
  fields: {
    maximum: nullable(integer()),
    used: nullable(integer()),
  },
});
