import { object } from '#objects/containers';
import { nullable } from '#objects/field';
import { string, uuid } from '#objects/fields';
import { defineObject } from '#objects/object-type';
import { SchedulerLimits } from '#objects/scheduler-limits';

/** A host that the scheduler chose, with the claim that goes with it. Compared by content. */
export const Selection = defineObject({
  name: 'Selection',
  version: '1.1',
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
  history: {
    '1.0': 'first',
    '1.1': 'adds availability_zone',
  },
  drops: {
    '1.1': ['availability_zone'],
  },
});
