import { ComputeNodeList } from '#objects/compute-node';
import { object } from '#objects/containers';
import { integer } from '#objects/fields';
import { defineObject } from '#objects/object-type';

/** Hosts that were tried, and how often. */
export const SchedulerRetries = defineObject({
  name: 'SchedulerRetries',
  version: '1.1',
  fields: {
    num_attempts: integer(),
    hosts: object(ComputeNodeList),
  },
  history: {
    '1.0': 'first',
    '1.1': 'ComputeNodeList 1.14',
  },
});
