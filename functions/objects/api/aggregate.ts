import { dictOf, listOf } from '#objects/versioned/containers';
import { nullable } from '#objects/versioned/field';
import { integer, string, uuid } from '#objects/versioned/fields';
import { defineList, defineObject } from '#objects/versioned/object-type';
import { persistent } from '#objects/versioned/persistent';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';

/** A group of hosts with metadata, such as an availability zone. */
export const Aggregate = defineObject({
  name: 'Aggregate',
  version: '1.3',
  // 1.0 first
  // 1.1 texts may be any Unicode
  // 1.2 adds uuid
  // 1.3 adds get_by_uuid
  fields: {
    id: integer(),
    uuid: uuid(),
    name: string(),
    hosts: nullable(listOf(string())),
    metadata: nullable(dictOf(string())),
    ...persistent,
  },
  remotable: {
    add_host: instanceMethod(['host']),
    create: instanceMethod(),
    delete_host: instanceMethod(['host']),
    destroy: instanceMethod(),
    get_by_id: classMethod(['aggregate_id']),
    get_by_uuid: classMethod(['aggregate_uuid']),
    save: instanceMethod(),
    update_metadata: instanceMethod(['updates']),
  },
});

/** A list of Aggregate. */
export const AggregateList = defineList({
  name: 'AggregateList',
  version: '1.3',
  // 1.0 first
  // 1.1 Aggregate 1.1; get_by_host takes key
  // 1.2 adds get_by_metadata_key
  // 1.3 adds get_by_metadata
  of: Aggregate,
  remotable: {
    get_all: classMethod(),
    get_by_host: classMethod(['host'], { key: null }),
    get_by_metadata: classMethod([], { key: null, value: null }),
    get_by_metadata_key: classMethod(['key'], { hosts: null }),
  },
});
