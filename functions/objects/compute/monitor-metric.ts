import { dictOf } from '#objects/versioned/containers';
import { MONITOR_METRIC_TYPE } from '#objects/versioned/enums';
import { nullable } from '#objects/versioned/field';
import { dateTime, enumOf, integer, string } from '#objects/versioned/fields';
import { defineList, defineObject } from '#objects/versioned/object-type';

/** A measurement that a node reports. */
export const MonitorMetric = defineObject({
  name: 'MonitorMetric',
  version: '1.1',
  // 1.0 first
  // 1.1 adds numa_membw_values
  fields: {
    name: enumOf('MonitorMetricType', MONITOR_METRIC_TYPE),
    value: integer(),
    numa_membw_values: nullable(dictOf(integer())),
    timestamp: dateTime(),
    source: string(),
  },
  drops: {
    '1.1': ['numa_membw_values'],
  },
});

/** A list of MonitorMetric. */
export const MonitorMetricList = defineList({
  name: 'MonitorMetricList',
  version: '1.1',
  // 1.0 first
  // 1.1 MonitorMetric 1.1
  of: MonitorMetric,
});
