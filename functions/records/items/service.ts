import type { Attributes } from '#ports/tables';
import { textOrNull } from './read.ts';

/** Reads a service's item. */
export function serviceItem(item: Attributes) {
  return {
    host: textOrNull(item['host']),
    disabled: item['disabled'] === true,
    forced_down: item['forced_down'] === true,
    last_seen_up: textOrNull(item['last_seen_up']),
    created_at: textOrNull(item['created_at']),
    updated_at: textOrNull(item['updated_at']),
    deleted: item['deleted'] === true,
  };
}
