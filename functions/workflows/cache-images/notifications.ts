import { aggregateCachePayload, aggregatePayload } from '#conductor/aggregate-payloads';
import type { JsonMap } from '#ports/json';
import { notify, type NotifyServices } from '#records/notify';

/**
 * Publishes that the images of an aggregate's hosts are being cached, or that all hosts are done; Nova names its API as
 * source.
 */
export async function notifyAggregate(
  services: NotifyServices,
  caching: { readonly execution: string; readonly aggregate: JsonMap; readonly ending: 'start' | 'end' },
): Promise<void> {
  await notify(services, {
    id: `cache-images-${caching.execution}-${caching.ending}`,
    priority: 'INFO',
    versioned: {
      eventType: `aggregate.cache_images.${caching.ending}`,
      publisherId: `nova-api:${services.config.host}`,
      payload: () => aggregatePayload(caching.aggregate),
    },
  });
}

/** What became of the images of one host. */
interface HostProgress {
  readonly execution: string;
  readonly aggregate: JsonMap;
  readonly host: string;
  /** Place of the host among those that are done, from 1. */
  readonly index: number;
  readonly total: number;
  readonly cached: readonly string[];
  readonly failed: readonly string[];
}

/** Publishes that one host is done. */
export async function notifyHost(services: NotifyServices, progress: HostProgress): Promise<void> {
  await notify(services, {
    id: `cache-images-${progress.execution}-${progress.host}`,
    priority: 'INFO',
    versioned: {
      eventType: 'aggregate.cache_images.progress',
      publisherId: `nova-conductor:${services.config.host}`,
      payload: () => aggregateCachePayload(progress.aggregate, progress),
    },
  });
}
