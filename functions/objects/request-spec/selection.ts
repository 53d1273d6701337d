import { object } from '#objects/versioned/containers';
import { nullable } from '#objects/versioned/field';
import { string, uuid } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';
import { SchedulerLimits } from './scheduler-limits.ts';

/** A host that the scheduler chose, with the claim that goes with it. Compared by content. */
export const Selection = defineObject({
  name: 'Selection',
  version: '1.1',
  // 1.0 first
  // 1.1 adds availability_zone
  fields: {
    compute_node_uuid: uuid(),
    service_host: string(),
    nodename: string(),
    cell_uuid: uuid(),
    limits: nullable(object(SchedulerLimits)),
    allocation_request: nullable(string()),
    allocation_request_version: nullable(string()),
    availability_zone: nullable(string()),
  },
  drops: {
    '1.1': ['availability_zone'],
  },
});
