import { BlockDeviceMappingList } from './block-device-mapping.ts';
import { object } from '#objects/versioned/containers';
import { nullable } from '#objects/versioned/field';
import { dateTime, integer, string, uuid } from '#objects/versioned/fields';
import { Instance } from './instance.ts';
import { defineList, defineObject } from '#objects/versioned/object-type';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';
import { TagList } from './tag.ts';

/** A server that the user asked for and no cell has yet; deleting it is how the user cancels. */
export const BuildRequest = defineObject({
  name: 'BuildRequest',
  version: '1.3',
  // 1.0 first
  // 1.1 adds block_device_mappings
  // 1.2 adds save
  // 1.3 adds tags
  fields: {
    id: integer(),
    instance_uuid: uuid(),
    project_id: string(),
    instance: object(Instance),
    block_device_mappings: object(BlockDeviceMappingList),
    created_at: nullable(dateTime()),
    updated_at: nullable(dateTime()),
    tags: object(TagList),
  },
  // Nova drops one or the other, never both: below 1.1 the tags stay in the data.
  lower: (data, below) => {
    if (below('1.1') && Object.hasOwn(data, 'block_device_mappings')) delete data['block_device_mappings'];
    else if (below('1.3')) delete data['tags'];
  },
  remotable: {
    create: instanceMethod(),
    destroy: instanceMethod(),
    get_by_instance_uuid: classMethod(['instance_uuid']),
    save: instanceMethod(),
  },
});

/** A list of BuildRequest. */
export const BuildRequestList = defineList({
  name: 'BuildRequestList',
  version: '1.0',
  // 1.0 first
  of: BuildRequest,
  remotable: {
    get_all: classMethod(),
    get_by_filters: classMethod(['filters'], { limit: null, marker: null, sort_keys: null, sort_dirs: null }),
  },
});
