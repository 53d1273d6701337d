import type { Json } from '#ports/json';
import type { Services } from '#ports/services';
import { readOperation } from '#operations/operation-document';
import { fieldsOf, listOf, mapOf, numberOf, textsOf } from '#wire/reading';
import type { StepEvent } from '../step.ts';
import { notifyAggregate } from './notifications.ts';
import type { CachingState } from './state.ts';

/** Sums up what the hosts answered, in the log, and publishes the end. Cannot be undone. */
export async function finish(
  services: Services,
  { state, execution, results = [] }: StepEvent<CachingState>,
): Promise<CachingState> {
  const { arguments: args } = await readOperation(services, state.request);
  const hosts = listOf(results).map((each) => mapOf(mapOf(each)['result']));
  const sum = (result: string): number =>
    hosts.reduce((total, { results: counts }) => total + (numberOf(mapOf(counts)[result]) ?? 0), 0);
  services.log.info('hosts have cached images', {
    cached: sum('cached'),
    existing: sum('existing'),
    error: sum('error'),
    unsupported: sum('unsupported'),
    skipped: hosts.filter(({ skipped }) => skipped === true).length,
  });
  for (const [image, times] of failures(hosts.map(({ failed }) => failed)))
    services.log.warn('an image could not be cached', { image, hosts: times });
  await notifyAggregate(services, { execution, aggregate: fieldsOf(args['aggregate']), ending: 'end' });
  return { request: state.request, request_id: state.request_id };
}

/** How often each image failed. */
function failures(lists: readonly (Json | undefined)[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const image of lists.flatMap(textsOf)) times.set(image, (times.get(image) ?? 0) + 1);
  return times;
}
