import { nullable, withDefault } from './field.ts';
import { boolean, dateTime } from './fields.ts';

/** When a record was made and last changed. */
export const timestamps = {
  created_at: nullable(dateTime()),
  updated_at: nullable(dateTime()),
};

/** The same for records that are soft deleted. */
export const persistent = {
  ...timestamps,
  deleted_at: nullable(dateTime()),
  deleted: withDefault(boolean(), false),
};
