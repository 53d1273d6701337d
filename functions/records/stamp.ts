import { isoSeconds } from '#conductor/time';
import type { Clock } from '#ports/clock';

/** The present second as records keep it: `YYYY-MM-DDTHH:MM:SSZ`. */
export function present(at: { readonly clock: Clock }): string {
  return isoSeconds(at.clock.now());
}
