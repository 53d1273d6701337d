import { assemble } from '#assemble';
import type { Services } from '#ports/services';
import { cloudOf, recordAdapters, sealerOf } from '#wiring';

/**
 * The ports of a workflow's function. They stand in a file of their own, so that the bundles of other functions have no
 * part that only the scheduler shares with them.
 */
export function wire(service: string): Services {
  const adapters = recordAdapters(service);
  return assemble({ ...adapters, sealer: sealerOf(adapters), cloud: cloudOf(adapters) });
}
