import { aggregateCachePayload, aggregatePayload } from '#conductor/aggregate-payloads';
import type { JsonMap } from '#ports/json';
import { notify, type NotifyServices } from '#records/notify';

/** Tells that the images of an aggregate's hosts are being cached, or that all hosts are done; Nova names its API as source. */
export async function tellAggregate(
  services: NotifyServices,
  told: { readonly execution: string; readonly aggregate: JsonMap; readonly ending: 'start' | 'end' },
): Promise<void> {
  await notify(services, {
    id: `cache-images-${told.execution}-${told.ending}`,
    priority: 'INFO',
    versioned: {
      eventType: `aggregate.cache_images.${told.ending}`,
      publisherId: `nova-api:${services.config.host}`,
      payload: () => aggregatePayload(told.aggregate),
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

/** Tells that one host is done. */
export async function tellHost(services: NotifyServices, told: HostProgress): Promise<void> {
  await notify(services, {
    id: `cache-images-${told.execution}-${told.host}`,
    priority: 'INFO',
    versioned: {
      eventType: 'aggregate.cache_images.progress',
      publisherId: `nova-conductor:${services.config.host}`,
      payload: () => aggregateCachePayload(told.aggregate, told),
    },
  });
}
