import { listOf } from '#objects/versioned/containers';
import { nullable, withDefault, withNew } from '#objects/versioned/field';
import { string } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';

/** The quota methods; conductors use no field of it. */
export const Quotas = defineObject({
  name: 'Quotas',
  version: '1.3',
  // 1.0 first
  // 1.1 adds create_limit and update_limit
  // 1.2 adds limit_check and count
  // 1.3 adds check_deltas, limit_check_project_and_user, and count_as_dict
  fields: {
    reservations: withNew(nullable(listOf(string())), () => []),
    project_id: withDefault(nullable(string()), null),
    user_id: withDefault(nullable(string()), null),
  },
  readUnset: (name, unset) => unset.type.field(name)?.fallback?.(),
  remotable: {
    check_deltas: classMethod(['deltas'], {}, { varargs: true, varkw: true }),
    commit: instanceMethod(),
    count: classMethod(['resource'], {}, { varargs: true, varkw: true }),
    count_as_dict: classMethod(['resource'], {}, { varargs: true, varkw: true }),
    create_limit: classMethod(['project_id', 'resource', 'limit'], { user_id: null }),
    limit_check: classMethod([], { project_id: null, user_id: null }, { varkw: true }),
    limit_check_project_and_user: classMethod([], {
      project_values: null,
      user_values: null,
      project_id: null,
      user_id: null,
    }),
    reserve: instanceMethod([], { expire: null, project_id: null, user_id: null }, { varkw: true }),
    rollback: instanceMethod(),
    update_limit: classMethod(['project_id', 'resource', 'limit'], { user_id: null }),
  },
});
