import { dictOf, listOf } from '#objects/versioned/containers';
import { nullable, withDefault } from '#objects/versioned/field';
import { boolean, enumOf, integer, string, uuid } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** PCI devices that a server asks for, by alias or by port. */
export const InstancePCIRequest = defineObject({
  name: 'InstancePCIRequest',
  version: '1.4',
  // 1.0 first
  // 1.1 adds request_id
  // 1.2 adds numa_policy
  // 1.3 adds requester_id
  // 1.4 numa_policy may be socket
  fields: {
    count: integer(),
    spec: listOf(dictOf(nullable(string()))),
    alias_name: nullable(string()),
    is_new: withDefault(boolean(), false),
    request_id: nullable(uuid()),
    requester_id: nullable(string()),
    numa_policy: nullable(enumOf('PCINUMAAffinityPolicy', ['required', 'legacy', 'preferred', 'socket'])),
  },
  readUnset: () => null,
  drops: {
    '1.1': ['request_id'],
    '1.2': ['numa_policy'],
    '1.3': ['requester_id'],
  },
});
