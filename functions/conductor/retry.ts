import { MaxRetriesExceeded } from '#errors';
import type { Json, JsonMap } from '#ports/json';

/** Where a server was tried. */
export type Tried = readonly [host: string, node: string];

/** One try of a build or a move. */
export interface Try {
  /** Its number, from 1. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Every host so far, this try's last. */
  readonly hosts: readonly Tried[];
  /** The Selection's limits as a plain map. */
  readonly limits: JsonMap;
}

/**
 * Whether tries are counted at all (nova.scheduler.utils `populate_retry`): one forced host or node cannot be tried
 * elsewhere.
 */
export function retries(properties: JsonMap, maxAttempts: number): boolean {
  return maxAttempts > 1 && !one(properties['force_hosts']) && !one(properties['force_nodes']);
}

/**
 * The retry entry of a try's filter properties: its number, and every `[host, node]` so far, this one's last. Nothing
 * when tries are not counted.
 */
export function retryEntry(
  properties: JsonMap,
  maxAttempts: number,
  attempt: number,
  hosts: readonly Tried[],
): JsonMap {
  if (!retries(properties, maxAttempts)) return {};
  return { retry: { num_attempts: attempt, hosts: hosts.map(([host, node]) => [host, node]) } };
}

/**
 * The filter properties that an order carries: the request's own, with the limits of the chosen host and the
 * bookkeeping of its tries (nova.scheduler.utils `populate_retry`, `populate_filter_properties`). With forced hosts
 * limits are not written.
 */
export function filterPropertiesOf({ retry: _retry, ...properties }: JsonMap, tried: Try): JsonMap {
  const { force_hosts: forced } = properties;
  return {
    ...properties,
    ...(Array.isArray(forced) && forced.length > 0 ? {} : { limits: tried.limits }),
    ...retryEntry(properties, tried.maxAttempts, tried.attempt, tried.hosts),
  };
}

/** The entries of limits that say anything. */
export const plainLimits = (limits: JsonMap): JsonMap =>
  Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== null));

/**
 * Refuses a try beyond the limit (nova.scheduler.utils `populate_retry`).
 *
 * @throws MaxRetriesExceeded which names the limit, the server and why the last host failed
 */
export function checkAttempts(attempt: number, maxAttempts: number, uuid: string, reason: string): void {
  if (attempt <= maxAttempts) return;
  throw new MaxRetriesExceeded({
    reason: `Exceeded max scheduling attempts ${maxAttempts} for instance ${uuid}. Last exception: ${reason}`,
  });
}

const one = (value: Json | undefined): boolean => Array.isArray(value) && value.length === 1;
