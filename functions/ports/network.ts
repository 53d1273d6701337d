import type { RequestContext } from './context.ts';
import type { Json, WireObject } from './json.ts';

/** The network service, as far as the conductor asks it for anything. */
export interface Network {
  /** Gives back the ports of an instance (nova.conductor.manager `_cleanup_allocated_networks`). Repeats do no harm. */
  deallocateForInstance(context: RequestContext, instance: WireObject, requestedNetworks: Json): Promise<void>;
}
