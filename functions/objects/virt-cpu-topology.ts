import { nullable, withDefault } from '#objects/field';
import { integer } from '#objects/fields';
import { defineObject } from '#objects/object-type';

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
