import { AggregateCachePayload, AggregatePayload } from '#objects/notification/aggregate-payloads';
import { fill, sent } from '#objects/notification/payload';
import type { JsonMap } from '#ports/json';

/** The payload of an aggregate, by its fields. */
export const aggregatePayload = (aggregate: JsonMap): JsonMap =>
  sent(fill(AggregatePayload, (name) => aggregate[name] ?? null));

/** What became of the images that one host was to fetch. */
interface CacheProgress {
  readonly host: string;
  readonly cached: readonly string[];
  readonly failed: readonly string[];
  readonly index: number;
  readonly total: number;
}

/** The payload of `aggregate.cache_images.progress`. */
export function aggregateCachePayload(aggregate: JsonMap, progress: CacheProgress): JsonMap {
  const { host, cached, failed, index, total } = progress;
  const own: Readonly<Record<string, unknown>> = {
    host,
    images_cached: [...cached],
    images_failed: [...failed],
    index,
    total,
  };
  return sent(fill(AggregateCachePayload, (name) => own[name] ?? aggregate[name] ?? null));
}
