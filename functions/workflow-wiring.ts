import { assemble } from '#assemble';
import type { Services } from '#ports/services';
import { cloudOf, recordAdapters, reloaded, sealerOf, signedCalls } from '#wiring';

/**
 * A workflow's function over its ports. They stand in a file of their own, so that the bundles of other functions have
 * no part that only the scheduler shares with them.
 */
export function wire<E extends readonly unknown[], R>(
  service: string,
  make: (services: Services) => (...event: E) => Promise<R>,
): (...event: E) => Promise<R> {
  const adapters = recordAdapters(service);
  const sealer = sealerOf(adapters);
  return reloaded(adapters, (each) => assemble({ ...each, sealer, cloud: cloudOf(each) }), make);
}

/** The function behind the schedule over its ports, which sends pulses by every way that hosts speak by. */
export const wireReconciler = <E extends readonly unknown[], R>(
  make: (services: Services) => (...event: E) => Promise<R>,
): ((...event: E) => Promise<R>) =>
  wire('reconciler', (services) =>
    make(services.config.directCalls ? { ...services, directCalls: signedCalls(services) } : services),
  );
