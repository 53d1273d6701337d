import type { Attributes } from '#ports/tables';
import { nonEmptyText } from './read.ts';

/** Reads a service's item. */
export function serviceItem(item: Attributes) {
  return {
    host: nonEmptyText(item['host']),
    disabled: item['disabled'] === true,
    forced_down: item['forced_down'] === true,
    last_seen_up: nonEmptyText(item['last_seen_up']),
    created_at: nonEmptyText(item['created_at']),
    updated_at: nonEmptyText(item['updated_at']),
    deleted: item['deleted'] === true,
  };
}
