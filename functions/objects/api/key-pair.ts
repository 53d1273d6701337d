import { nullable } from '#objects/versioned/field';
import { integer, string } from '#objects/versioned/fields';
import { defineList, defineObject } from '#objects/versioned/object-type';
import { persistent } from '#objects/versioned/persistent';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';

/** An SSH key or certificate of a user. */
export const KeyPair = defineObject({
  name: 'KeyPair',
  version: '1.4',
  // 1.0 first
  // 1.1 texts may be any Unicode
  // 1.2 adds type
  // 1.3 name is never null
  // 1.4 get_by_name takes localonly
  fields: {
    id: integer(),
    name: string(),
    user_id: nullable(string()),
    fingerprint: nullable(string()),
    public_key: nullable(string()),
    type: string(),
    ...persistent,
  },
  drops: {
    '1.2': ['type'],
  },
  remotable: {
    create: instanceMethod(),
    destroy: instanceMethod(),
    destroy_by_name: classMethod(['user_id', 'name']),
    get_by_name: classMethod(['user_id', 'name'], { localonly: false }),
  },
});

/** A list of KeyPair. */
export const KeyPairList = defineList({
  name: 'KeyPairList',
  version: '1.3',
  // 1.0 first, KeyPair 1.1
  // 1.1 KeyPair 1.2
  // 1.2 KeyPair 1.3
  // 1.3 get_by_user takes limit and marker
  of: KeyPair,
  remotable: {
    get_by_user: classMethod(['user_id'], { limit: null, marker: null }),
    get_count_by_user: classMethod(['user_id']),
  },
});
