import { nullable, readOnly } from '#objects/versioned/field';
import { dateTime, integer, string, uuid } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';
import { persistent } from '#objects/versioned/persistent';
import { instanceMethod } from '#objects/versioned/remotable';

/** How much a volume was read and written. */
export const VolumeUsage = defineObject({
  name: 'VolumeUsage',
  version: '1.0',
  // 1.0 first
  fields: {
    id: readOnly(integer()),
    volume_id: uuid(),
    instance_uuid: nullable(uuid()),
    project_id: nullable(string()),
    user_id: nullable(string()),
    availability_zone: nullable(string()),
    tot_last_refreshed: readOnly(nullable(dateTime())),
    tot_reads: readOnly(integer()),
    tot_read_bytes: readOnly(integer()),
    tot_writes: readOnly(integer()),
    tot_write_bytes: readOnly(integer()),
    curr_last_refreshed: readOnly(nullable(dateTime())),
    curr_reads: integer(),
    curr_read_bytes: integer(),
    curr_writes: integer(),
    curr_write_bytes: integer(),
    ...persistent,
  },
  remotable: {
    save: instanceMethod([], { update_totals: false }),
  },
});
