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

/** Whether tries are counted at all (conductor.md section 8.1): one forced host or node cannot be tried elsewhere. */
export function retries(properties: JsonMap, maxAttempts: number): boolean {
  return maxAttempts > 1 && !one(properties['force_hosts']) && !one(properties['force_nodes']);
}

/**
 * The filter properties that an order carries: the request's own, with the limits of the chosen host and the bookkeeping
 * of its tries (conductor.md sections 8.1, 8.2). With forced hosts limits are not written, and tries that are not counted
 * leave no trace.
 */
export function filterPropertiesOf({ retry: _earlier, ...properties }: JsonMap, tried: Try): JsonMap {
  const { force_hosts: forced } = properties;
  const withLimits = Array.isArray(forced) && forced.length > 0 ? properties : { ...properties, limits: tried.limits };
  if (!retries(properties, tried.maxAttempts)) return withLimits;
  const hosts = tried.hosts.map(([host, node]) => [host, node]);
  return { ...withLimits, retry: { num_attempts: tried.attempt, hosts } };
}

/** The entries of limits that say anything. */
export const plainLimits = (limits: JsonMap): JsonMap =>
  Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== null));

/**
 * Refuses a try beyond the limit (conductor.md section 8.1 step 5), where tries are counted.
 *
 * @throws MaxRetriesExceeded which names the limit, the server and why the last host failed
 */
export function checkAttempts(
  properties: JsonMap,
  { attempt, maxAttempts }: Pick<Try, 'attempt' | 'maxAttempts'>,
  uuid: string,
  reason: string,
): void {
  if (attempt <= maxAttempts || !retries(properties, maxAttempts)) return;
  throw new MaxRetriesExceeded({
    reason: `Exceeded max scheduling attempts ${maxAttempts} for instance ${uuid}. Last exception: ${reason}`,
  });
}

const one = (value: Json | undefined): boolean => Array.isArray(value) && value.length === 1;
