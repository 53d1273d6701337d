import { dictOf, listOf } from '#objects/versioned/containers';
import { nullable } from '#objects/versioned/field';
import { integer, string, uuid } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** What notifications say about a host aggregate. */
export const AggregatePayload = defineObject({
  name: 'AggregatePayload',
  version: '1.1',
  fields: {
    id: integer(),
    uuid: uuid(),
    name: string(),
    hosts: nullable(listOf(string())),
    metadata: nullable(dictOf(string())),
  },
});

/** What notifications say about the images that one host of an aggregate was to fetch. */
export const AggregateCachePayload = defineObject({
  name: 'AggregateCachePayload',
  version: '1.0',
  fields: {
    id: integer(),
    uuid: uuid(),
    name: string(),
    host: string(),
    images_cached: listOf(string()),
    images_failed: listOf(string()),
    index: integer(),
    total: integer(),
  },
});
