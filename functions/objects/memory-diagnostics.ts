import { nullable } from '#objects/field';
import { integer } from '#objects/fields';
import { defineObject } from '#objects/object-type';

/** What a driver tells of memory. */
export const MemoryDiagnostics = defineObject({
  name: 'MemoryDiagnostics',
  version: '1.0',
  // 1.0 first
  fields: {
    maximum: nullable(integer()),
    used: nullable(integer()),
  },
});
