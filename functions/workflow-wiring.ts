import { assemble } from '#assemble';
import type { Services } from '#ports/services';
import { cloudOf, recordAdapters, sealerOf, signedCalls } from '#wiring';

/**
 * The ports of a workflow's function. They stand in a file of their own, so that the bundles of other functions have no
 * part that only the scheduler shares with them.
 */
export function wire(service: string): Services {
  const adapters = recordAdapters(service);
  return assemble({ ...adapters, sealer: sealerOf(adapters), cloud: cloudOf(adapters) });
}

/** The ports of the function behind the schedule, which sends pulses by every way that hosts speak by. */
export function wireReconciler(): Services {
  const services = wire('reconciler');
  return services.config.directCalls ? { ...services, directCalls: signedCalls(services) } : services;
}
