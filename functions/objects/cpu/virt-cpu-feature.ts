import { CPUFEATURE_POLICY } from '#objects/versioned/enums';
import { nullable } from '#objects/versioned/field';
import { enumOf, string } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** A CPU feature of a guest. */
export const VirtCPUFeature = defineObject({
  name: 'VirtCPUFeature',
  version: '1.0',
  // 1.0 first
  fields: {
    policy: nullable(enumOf('CPUFeaturePolicy', CPUFEATURE_POLICY)),
    name: string(),
  },
  readUnset: () => null,
});
