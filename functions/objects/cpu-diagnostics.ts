import { nullable } from '#objects/field';
import { integer } from '#objects/fields';
import { defineObject } from '#objects/object-type';

/** What a driver tells of one virtual CPU. */
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
