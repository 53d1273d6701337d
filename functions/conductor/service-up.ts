import type { Json } from '#ports/json';

/** The fields of a Service that say whether it lives, as wire primitives. */
export interface Heartbeat {
  readonly last_seen_up?: Json;
  readonly created_at?: Json;
  readonly forced_down?: Json;
}

/**
 * Whether a service is up (spec section 8.9): not forced down, and seen, or else made, at most `serviceDownTime` seconds
 * away from `now` (epoch milliseconds). A clock that runs ahead counts as one that runs behind.
 */
export function isUp(service: Heartbeat, now: number, serviceDownTime: number): boolean {
  const seen = service.last_seen_up ?? service.created_at;
  if (service.forced_down === true || typeof seen !== 'string') {
    return false;
  }
  return Math.abs(now - Date.parse(seen)) <= serviceDownTime * 1000;
}
