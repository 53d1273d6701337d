import { dictOf, listOf } from '#objects/versioned/containers';
import { nullable, readOnly } from '#objects/versioned/field';
import { integer, string, uuid } from '#objects/versioned/fields';
import { defineList, defineObject } from '#objects/versioned/object-type';
import { persistent } from '#objects/versioned/persistent';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';

/** A server group: servers to be kept together or apart. */
export const InstanceGroup = defineObject({
  name: 'InstanceGroup',
  version: '1.11',
  // 1.0 first
  // 1.1 texts may be any Unicode
  // 1.2 other field classes, the same values
  // 1.3 uuid is never null
  // 1.4 adds add_members
  // 1.5 adds get_hosts
  // 1.6 adds get_by_name
  // 1.7 metadetails is dropped
  // 1.8 adds count_members_by_user
  // 1.9 adds get_by_instance_uuid
  // 1.10 adds hosts
  // 1.11 adds policy and rules in place of policies
  fields: {
    id: integer(),
    user_id: nullable(string()),
    project_id: nullable(string()),
    uuid: uuid(),
    name: nullable(string()),
    policies: readOnly(nullable(listOf(string()))),
    members: nullable(listOf(string())),
    hosts: nullable(listOf(string())),
    policy: nullable(string()),
    _rules: dictOf(string()),
    ...persistent,
  },
  lazy: ['hosts'],
  lowersNested: false,
  lower: (data, below) => {
    if (below('1.11')) {
      // A list until then, though it never had more than one entry. What an older peer sent is a list already.
      const { policy, policies } = data;
      const sentAsList = policy === undefined && Array.isArray(policies);
      if (!sentAsList) data['policies'] = typeof policy === 'string' && policy !== '' ? [policy] : [];
      delete data['policy'];
      delete data['rules'];
    }
    if (below('1.7')) data['metadetails'] = {};
  },
  remotable: {
    add_members: classMethod(['group_uuid', 'instance_uuids']),
    count_members_by_user: instanceMethod(['user_id']),
    create: instanceMethod(),
    destroy: instanceMethod(),
    get_by_instance_uuid: classMethod(['instance_uuid']),
    get_by_name: classMethod(['name']),
    get_by_uuid: classMethod(['uuid']),
    get_hosts: instanceMethod([], { exclude: null }),
    refresh: instanceMethod(),
    save: instanceMethod(),
  },
});

/** A list of InstanceGroup. */
export const InstanceGroupList = defineList({
  name: 'InstanceGroupList',
  version: '1.8',
  // 1.0 first, InstanceGroup 1.3
  // 1.1 InstanceGroup 1.4
  // 1.2 InstanceGroup 1.5
  // 1.3 InstanceGroup 1.6
  // 1.4 InstanceGroup 1.7
  // 1.5 InstanceGroup 1.8
  // 1.6 InstanceGroup 1.9
  // 1.7 InstanceGroup 1.10
  // 1.8 adds get_counts
  of: InstanceGroup,
  remotable: {
    get_all: classMethod(),
    get_by_project_id: classMethod(['project_id']),
    get_counts: classMethod(['project_id'], { user_id: null }),
  },
});
