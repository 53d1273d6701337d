import type { Liveness } from '#ports/service-group';

/** What is known of a host's compute service and of the conductor queue that its heartbeats come through. */
export interface HeartbeatFacts {
  /** Whether the service counts as up by its last heartbeat; undefined when it never registered. */
  readonly up: boolean | undefined;
  /** Milliseconds since the object function last noted that it handles the cell's messages; undefined when it never did. */
  readonly pulseAge: number | undefined;
  /** Milliseconds that the message behind that note had waited in the queue. */
  readonly lag: number;
  /** Messages that wait in the queue now. */
  readonly backlog: number;
  /** Seconds. */
  readonly serviceDownTime: number;
}

/**
 * Whether a silent host is dead or only unheard: an old heartbeat proves nothing while the queue that carries heartbeats
 * lags by more than service_down_time, or stands still with messages in it.
 */
export function liveness(facts: HeartbeatFacts): Liveness {
  if (facts.up === true) return 'up';
  const patience = facts.serviceDownTime * 1000;
  const flows = facts.pulseAge !== undefined && facts.pulseAge <= patience && facts.lag <= patience;
  return flows || facts.backlog === 0 ? 'down' : 'unknown';
}
