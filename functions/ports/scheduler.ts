import type { RequestContext } from './context.ts';
import type { WireObject } from './json.ts';
import type { Log } from './log.ts';

/** A question to the scheduler (nova.scheduler.rpcapi `select_destinations`). */
export interface DestinationRequest {
  readonly context: RequestContext;
  /** A RequestSpec. */
  readonly spec: WireObject;
  readonly instanceUuids: readonly string[];
  readonly alternates: boolean;
  /** Names the question, so that asking again is known as such; default: the context's request id. */
  readonly operation?: string;
  /** The caller knows that it asks again: what the instances hold is read before hosts are looked for. */
  readonly repeated?: boolean;
  /** The instances are new: one that holds something for another operation is not placed, and gets an empty list. */
  readonly fresh?: boolean;
  /** Where the reasons for no valid host are reported; default: the log of the function. */
  readonly log?: Pick<Log, 'info'>;
}

/**
 * Chooses hosts and claims the chosen one for each instance.
 *
 * Asking again with the same instances answers the hosts that they already hold, so a
 * repeated step claims nothing twice.
 */
export interface Scheduler {
  /**
   * One list of Selection objects for each instance, in order: the chosen host first, then alternates of the same cell.
   *
   * @throws NoValidHost when not all instances can be placed; every claim of this call has then been released
   * @throws MessagingTimeout when the scheduler did not answer
   */
  selectDestinations(request: DestinationRequest): Promise<WireObject[][]>;
}
