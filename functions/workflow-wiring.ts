import { assemble } from '#assemble';
import type { Services } from '#ports/services';
import { cloudOf, recordAdapters, reloaded, sealerOf } from '#wiring';

/**
 * A workflow's function over its ports. They stand in a file of their own, so that the bundles of other functions have no
 * part that only the scheduler shares with them.
 */
export function wire<E extends readonly unknown[], R>(
  service: string,
  make: (services: Services) => (...event: E) => Promise<R>,
): (...event: E) => Promise<R> {
  const adapters = recordAdapters(service);
  const sealer = sealerOf(adapters);
  return reloaded(adapters, (each) => assemble({ ...each, sealer, cloud: cloudOf(each) }), make);
}
