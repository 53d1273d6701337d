import type { Json, JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import { countHost } from '#operations/done-hosts';
import { readOperation } from '#operations/operation-document';
import { answerOf } from '#operations/waiting-call';
import { fieldsOf, mapOf, textsOf } from '#wire/reading';
import type { StepEvent } from '../step.ts';
import { notifyHost } from './notifications.ts';
import { callId, type HostState, type Result, type HostResult } from './state.ts';

const RESULTS: ReadonlySet<Json> = new Set<Result>(['cached', 'existing', 'error', 'unsupported']);
/** Results of an image that is on the host. */
const THERE: ReadonlySet<Json> = new Set<Result>(['cached', 'existing']);

/**
 * Counts a host and publishes what became of its images. A host that could not be asked, or whose call failed, is
 * published with every image as failed (Nova publishes nothing, so that its progress never reaches the total). Repeats
 * publish the same.
 */
export async function notifyProgress(
  services: Services,
  { state, execution }: StepEvent<HostState>,
): Promise<HostState> {
  const { request, host, total, look } = state;
  const { arguments: args } = await readOperation(services, request);
  const images = textsOf(args['image_ids']);
  const answer = look === 'up' ? await answerOf(services, callId(execution, host)) : undefined;
  if (look !== 'skipped' && (answer === undefined || answer.failure !== null))
    services.log.warn('a host was not asked, or did not answer', { host, look: look ?? 'failed' });
  const results = resultsOf(images, look, mapOf(answer?.result ?? null));
  const index = await countHost(services, request, host);
  await notifyHost(services, {
    execution,
    aggregate: fieldsOf(args['aggregate']),
    host,
    index,
    total,
    cached: images.filter((image) => THERE.has(results[image] ?? null)),
    failed: images.filter((image) => !THERE.has(results[image] ?? null)),
  });
  return { ...state, result: resultOf(host, look === 'skipped', results) };
}

/** What became of each image: `error` where the host said nothing of it. */
function resultsOf(images: readonly string[], look: HostState['look'], answered: JsonMap): Record<string, Result> {
  return Object.fromEntries(
    images.map((image): [string, Result] => {
      if (look === 'skipped') return [image, 'skipped'];
      const result = answered[image] ?? null;
      return [image, isResult(result) ? result : 'error'];
    }),
  );
}

const isResult = (value: Json): value is Result => RESULTS.has(value);

function resultOf(host: string, skipped: boolean, results: Readonly<Record<string, Result>>): HostResult {
  const counts: Record<string, number> = {};
  for (const result of Object.values(results)) counts[result] = (counts[result] ?? 0) + 1;
  const failed = Object.keys(results).filter((image) => results[image] === 'error');
  return { host, skipped, results: counts, failed };
}
