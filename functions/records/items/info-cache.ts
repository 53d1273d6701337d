import type { Json } from '#ports/json';
import type { Attributes } from '#ports/tables';

/** The network info of a server and its times, which lie in the server's item. */
export type InfoCacheItem = ReturnType<typeof infoCacheItem>;

/** Where it lies in the server's item. */
export interface InfoCacheAttributes {
  readonly network_info: Json;
  readonly info_cache_created_at: Json;
  readonly info_cache_updated_at: Json;
}

/** Reads the info cache of a server's item, by the names of Nova's columns and as its values are stored. */
export function infoCacheItem(item: Attributes) {
  const deleted = item['deleted'] ?? false;
  return {
    instance_uuid: item['uuid'] ?? null,
    /** JSON of the server's interfaces; null when the cache is gone. */
    network_info: item['network_info'] ?? null,
    created_at: item['info_cache_created_at'] ?? null,
    updated_at: item['info_cache_updated_at'] ?? null,
    // A server waiting to be reclaimed has the time already, its cache only once it is deleted.
    deleted_at: deleted === true ? (item['deleted_at'] ?? null) : null,
    deleted,
  };
}
