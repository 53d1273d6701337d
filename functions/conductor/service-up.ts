import { notYetDue, type PulseFacts } from './liveness.ts';

/** What shows when a service was heard, by Nova's names. */
interface Heartbeats {
  readonly last_seen_up?: unknown;
  readonly created_at?: unknown;
  readonly forced_down?: unknown;
}

/**
 * Whether a service is up (nova.servicegroup.drivers.db `is_up`): not forced down, and seen, or else made, at most
 * `serviceDownTime` seconds away from `now` (epoch milliseconds). `service` is the data of a Service on the wire, or
 * its item. A clock that runs ahead counts as one that runs behind.
 */
export function isUp(service: Heartbeats, now: number, serviceDownTime: number): boolean {
  return Math.abs(now - heardAt(service)) <= serviceDownTime * 1000;
}

/**
 * When a service was heard, or else made, in epoch milliseconds; no number where there is none, or it is forced down.
 */
function heardAt({ last_seen_up, created_at, forced_down }: Heartbeats): number {
  const seen = last_seen_up ?? created_at;
  return forced_down === true || typeof seen !== 'string' ? Number.NaN : Date.parse(seen);
}

/**
 * Whether a service may get new work: it is up, or nobody knows that it is not, since nothing of ours that was sent
 * when its next heartbeat was due has been read, or what was sent then may still be hidden after trouble of ours. Our
 * own silence is no reason to find no host. Where no pulse was ever read only heartbeats count.
 *
 * @param pulses what was noted of its cell's conductor queue; undefined where nothing was
 */
export function mayGetWork(
  service: Heartbeats,
  now: number,
  serviceDownTime: number,
  pulses: PulseFacts | undefined,
): boolean {
  if (isUp(service, now, serviceDownTime)) return true;
  const since = heardAt(service);
  if (!(since <= now) || pulses?.pulseSentAt === undefined) return false;
  return notYetDue(pulses, { since, seconds: serviceDownTime }) !== undefined;
}
