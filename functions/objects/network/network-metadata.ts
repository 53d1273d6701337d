import { setOf } from '#objects/versioned/containers';
import { boolean, string } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** The networks behind the ports of a request, as far as NUMA affinity cares. */
export const NetworkMetadata = defineObject({
  name: 'NetworkMetadata',
  version: '1.0',
  // 1.0 first
  fields: {
    physnets: setOf(string()),
    tunneled: boolean(),
  },
});
