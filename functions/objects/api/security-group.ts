import { integer, string, uuid } from '#objects/versioned/fields';
import { defineList, defineObject } from '#objects/versioned/object-type';
import { persistent } from '#objects/versioned/persistent';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';

/** A security group; the uuid is set for groups of the network service only. */
export const SecurityGroup = defineObject({
  name: 'SecurityGroup',
  version: '1.2',
  // 1.0 first
  // 1.1 texts may be any Unicode
  // 1.2 adds uuid
  fields: {
    id: integer(),
    name: string(),
    description: string(),
    user_id: string(),
    project_id: string(),
    uuid: uuid(),
    ...persistent,
  },
  lowersNested: false,
  drops: {
    '1.2': ['uuid'],
  },
  remotable: {
    get: classMethod(['secgroup_id']),
    get_by_name: classMethod(['project_id', 'group_name']),
    in_use: instanceMethod(),
    refresh: instanceMethod(),
    save: instanceMethod(),
  },
});

/** A list of SecurityGroup. */
export const SecurityGroupList = defineList({
  name: 'SecurityGroupList',
  version: '1.1',
  // 1.0 first, SecurityGroup 1.1
  // 1.1 adds get_counts
  of: SecurityGroup,
  remotable: {
    get_all: classMethod(),
    get_by_instance: classMethod(['instance']),
    get_by_project: classMethod(['project_id']),
    get_counts: classMethod(['project_id'], { user_id: null }),
  },
});
