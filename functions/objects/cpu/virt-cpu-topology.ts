import { nullable, withDefault } from '#objects/versioned/field';
import { integer } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** Sockets, cores and threads of a guest. */
export const VirtCPUTopology = defineObject({
  name: 'VirtCPUTopology',
  version: '1.0',
  // 1.0 first
  fields: {
    sockets: withDefault(nullable(integer()), 1),
    cores: withDefault(nullable(integer()), 1),
    threads: withDefault(nullable(integer()), 1),
  },
});
