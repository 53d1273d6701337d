import type { Clock } from '#ports/clock';

/** The present second as records keep it: `YYYY-MM-DDTHH:MM:SSZ`. */
export function present(at: { readonly clock: Clock }): string {
  return `${new Date(at.clock.now()).toISOString().slice(0, 19)}Z`;
}
