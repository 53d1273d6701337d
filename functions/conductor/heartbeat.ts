/** What a deployment decides about heartbeats; seconds. */
export interface HeartbeatSettings {
  readonly serviceDownTime: number;
  /** For how long a stored heartbeat speaks for those after it; null for as long as it may. */
  readonly heartbeatWindow: number | null;
}

/**
 * The part of serviceDownTime for which heartbeats may go unstored at most, so that two in a row may get lost still.
 */
const MOST = 5 / 12;

/**
 * Seconds for which they may at most, however long a host may be silent: a report that goes unstored is answered while
 * the tables are away, and the driver of a compute takes that for a sign that its calls are answered. The last such
 * sign has to be well over when the first call has waited for a minute.
 */
const LONGEST = 25;

/** Seconds after a stored heartbeat within which others go unstored. */
export function storeWindow({ serviceDownTime, heartbeatWindow }: HeartbeatSettings): number {
  return Math.min(heartbeatWindow ?? Infinity, Math.floor(serviceDownTime * MOST), LONGEST);
}

/** Seconds since its last stored heartbeat after which a host counts as down: none does sooner than in Nova. */
export const downAfter = (settings: HeartbeatSettings): number => settings.serviceDownTime + storeWindow(settings);

/**
 * Milliseconds after its last direct heartbeat for which a host may speak so still: it tries
 * that way first with every call.
 */
const SPEAKS_SO_FOR = 3_600_000;

/**
 * Whether a host speaks by the function URL of its cell.
 *
 * @param directAt when a heartbeat was last stored that came so, and `heardAt` when any was; epoch milliseconds
 */
export const speaksDirectly = (directAt: number, heardAt: number): boolean => heardAt - directAt <= SPEAKS_SO_FOR;

/** What a service says when it reports. */
export interface Report {
  /** Names of the fields that it has changed. */
  readonly changes: Iterable<string>;
  /** When it was last stored that it was heard, as it was answered the last time; an ISO 8601 time. */
  readonly lastSeenUp: string | undefined;
}

/**
 * Whether a report need not be stored: it says nothing but that the service lives, and a stored one of less than
 * `window` seconds ago says the same. A time that lies ahead is none of our clock's, so it is stored.
 *
 * @param now epoch milliseconds
 */
export function mayGoUnstored({ changes, lastSeenUp }: Report, now: number, window: number): boolean {
  const changed = [...changes];
  if (changed.length !== 1 || changed[0] !== 'report_count' || lastSeenUp === undefined) return false;
  const age = now - Date.parse(lastSeenUp);
  return age >= 0 && age < window * 1000;
}
