import { listOf } from '#objects/versioned/containers';
import { nullable, withDefault, withNew } from '#objects/versioned/field';
import { string } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';
import { classMethod } from '#objects/versioned/remotable';

/** Quotas that limit nothing. */
export const QuotasNoOp = defineObject({
  name: 'QuotasNoOp',
  version: '1.3',
  // 1.0 first
  // 1.1 as Quotas 1.1
  // 1.2 as Quotas 1.2
  // 1.3 as Quotas 1.3
  fields: {
    reservations: withNew(nullable(listOf(string())), () => []),
    project_id: withDefault(nullable(string()), null),
    user_id: withDefault(nullable(string()), null),
  },
  bases: ['Quotas'],
  readUnset: (name, unset) => unset.type.field(name)?.fallback?.(),
  remotable: {
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
    update_limit: classMethod(['project_id', 'resource', 'limit'], { user_id: null }),
  },
});
