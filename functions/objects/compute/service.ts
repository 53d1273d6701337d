import { ComputeNode } from './compute-node.ts';
import { object } from '#objects/versioned/containers';
import { nullable, readOnly } from '#objects/versioned/field';
import { boolean, dateTime, integer, string, uuid } from '#objects/versioned/fields';
import { defineList, defineObject } from '#objects/versioned/object-type';
import { persistent } from '#objects/versioned/persistent';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';

/** A daemon on a host: its heartbeat and its version. */
export const Service = defineObject({
  name: 'Service',
  version: '1.22',
  // 1.0 first
  // 1.1 adds compute_node
  // 1.2 texts may be any Unicode
  // 1.3 ComputeNode 1.5
  // 1.4 get_by_compute_host takes use_slave
  // 1.5 ComputeNode 1.6
  // 1.6 ComputeNode 1.7
  // 1.7 ComputeNode 1.8
  // 1.8 ComputeNode 1.9
  // 1.9 ComputeNode 1.10
  // 1.10 compute_node is loaded when asked for
  // 1.11 adds get_by_host_and_binary
  // 1.12 ComputeNode 1.11
  // 1.13 adds last_seen_up
  // 1.14 adds forced_down
  // 1.15 ComputeNode 1.12
  // 1.16 adds version
  // 1.17 ComputeNode 1.13
  // 1.18 ComputeNode 1.14
  // 1.19 adds get_minimum_version
  // 1.20 adds get_minimum_version_multi
  // 1.21 adds uuid
  // 1.22 adds get_by_uuid
  fields: {
    id: readOnly(integer()),
    uuid: uuid(),
    host: nullable(string()),
    binary: nullable(string()),
    topic: nullable(string()),
    report_count: integer(),
    disabled: boolean(),
    disabled_reason: nullable(string()),
    availability_zone: nullable(string()),
    compute_node: object(ComputeNode),
    last_seen_up: nullable(dateTime()),
    forced_down: boolean(),
    version: integer(),
    ...persistent,
  },
  lazy: ['compute_node'],
  drops: {
    '1.13': ['last_seen_up'],
    '1.14': ['forced_down'],
    '1.16': ['version'],
    '1.21': ['uuid'],
  },
  remotable: {
    create: instanceMethod(),
    destroy: instanceMethod(),
    get_by_args: classMethod(['host', 'binary']),
    get_by_compute_host: classMethod(['host'], { use_slave: false }),
    get_by_host_and_binary: classMethod(['host', 'binary']),
    get_by_host_and_topic: classMethod(['host', 'topic']),
    get_by_id: classMethod(['service_id']),
    get_by_uuid: classMethod(['service_uuid']),
    get_minimum_version: classMethod(['binary'], { use_slave: false }),
    get_minimum_version_multi: classMethod(['binaries'], { use_slave: false }),
    save: instanceMethod(),
  },
});

/** A list of Service. */
export const ServiceList = defineList({
  name: 'ServiceList',
  version: '1.19',
  // 1.0 first, Service 1.2
  // 1.1 Service 1.3
  // 1.2 Service 1.4
  // 1.3 Service 1.5
  // 1.4 Service 1.6
  // 1.5 Service 1.7
  // 1.6 Service 1.8
  // 1.7 Service 1.9
  // 1.8 Service 1.10
  // 1.9 Service 1.11; adds get_by_binary
  // 1.10 Service 1.12
  // 1.11 Service 1.13
  // 1.12 Service 1.14
  // 1.13 Service 1.15
  // 1.14 Service 1.16
  // 1.15 Service 1.17
  // 1.16 Service 1.18
  // 1.17 Service 1.19
  // 1.18 get_by_binary takes include_disabled
  // 1.19 adds get_all_computes_by_hv_type
  of: Service,
  remotable: {
    get_all: classMethod([], { disabled: null, set_zones: false }),
    get_all_computes_by_hv_type: classMethod(['hv_type']),
    get_by_binary: classMethod(['binary'], { include_disabled: false }),
    get_by_host: classMethod(['host']),
    get_by_topic: classMethod(['topic']),
  },
});
