import type { Json } from '#ports/json';
import type { Attributes } from '#ports/tables';
import { wireOf } from '#wire/reading';
import { nonEmptyText } from './read.ts';

/** What is asked for of a server. */
export type BuildRequestItem = ReturnType<typeof buildRequestItem>;

/**
 * Reads the item of a build request: what is asked for of a server that is not recorded in a cell yet.
 * Times are `YYYY-MM-DDTHH:MM:SSZ`.
 */
export function buildRequestItem(item: Attributes) {
  return {
    instance_uuid: nonEmptyText(item['instance_uuid']) ?? '',
    project_id: nonEmptyText(item['project_id']),
    /** The Instance as it was asked for; undefined when it is none. */
    instance: wireOf(item['instance']),
    /** BlockDeviceMappingList, null when none was stored. */
    block_device_mappings: listIn(item['block_device_mappings']),
    /** TagList, null when none was stored. */
    tags: listIn(item['tags']),
    created_at: nonEmptyText(item['created_at']),
    updated_at: nonEmptyText(item['updated_at']),
  };
}

const listIn = (value: Json | undefined): Json => value ?? null;
