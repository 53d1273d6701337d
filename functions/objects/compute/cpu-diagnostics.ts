import { nullable } from '#objects/versioned/field';
import { integer } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** What a driver reports about one virtual CPU. */
export const CpuDiagnostics = defineObject({
  name: 'CpuDiagnostics',
  version: '1.0',
  // 1.0 first
  fields: {
    id: nullable(integer()),
    time: nullable(integer()),
    utilisation: nullable(integer()),
  },
});
