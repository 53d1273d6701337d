import { listOf, setOf } from '#objects/versioned/containers';
import { withNew } from '#objects/versioned/field';
import { string } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** What a placement query asks of all groups together. */
export const RequestLevelParams = defineObject({
  name: 'RequestLevelParams',
  version: '1.1',
  // 1.0 first
  // 1.1 adds same_subtree
  fields: {
    root_required: withNew(setOf(string()), () => []),
    root_forbidden: withNew(setOf(string()), () => []),
    same_subtree: withNew(listOf(listOf(string())), () => []),
  },
  readUnset: (name, unset) => unset.type.field(name)?.fallback?.(),
  drops: {
    '1.1': ['same_subtree'],
  },
});
