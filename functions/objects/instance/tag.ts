import { string } from '#objects/versioned/fields';
import { defineList, defineObject } from '#objects/versioned/object-type';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';

/** A text that a user hangs on a server. */
export const Tag = defineObject({
  name: 'Tag',
  version: '1.1',
  // 1.0 first
  // 1.1 adds exists
  fields: {
    resource_id: string(),
    tag: string(),
  },
  remotable: {
    create: instanceMethod(),
    destroy: classMethod(['resource_id', 'name']),
    exists: classMethod(['resource_id', 'name']),
  },
});

/** A list of Tag. */
export const TagList = defineList({
  name: 'TagList',
  version: '1.1',
  // 1.0 first
  // 1.1 Tag 1.1
  of: Tag,
  remotable: {
    create: classMethod(['resource_id', 'tags']),
    destroy: classMethod(['resource_id']),
    get_by_resource_id: classMethod(['resource_id']),
  },
});
