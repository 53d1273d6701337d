import { MaxRetriesExceeded } from '#errors';
import type { Json, JsonMap } from '#ports/json';

/** Whether tries are counted at all (conductor.md section 8.1): one forced host or node cannot be tried elsewhere. */
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
  hosts: readonly (readonly [string, string])[],
): JsonMap {
  if (!retries(properties, maxAttempts)) return {};
  return { retry: { num_attempts: attempt, hosts: hosts.map(([host, node]) => [host, node]) } };
}

/**
 * Refuses a try beyond the limit (conductor.md section 8.1 step 5).
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
