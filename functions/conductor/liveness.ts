import type { Verdict } from '#ports/service-group';

/** What is known of a way by which hosts speak: the conductor queue of their cell, or its function URL. Times are epoch milliseconds. */
export interface ConductorQueueFacts {
  /** When the latest pulse of ours that was read had been sent; undefined while none was read. */
  readonly pulseSentAt: number | undefined;
  /** Milliseconds which that pulse had waited. */
  readonly lag: number;
  /** When a record of a batch last failed. */
  readonly failedAt: number | undefined;
  /** When a record of the host was last put aside: it spoke, and was not understood. */
  readonly deadAt: number | undefined;
  /** Messages that can be received. */
  readonly waiting: number;
  /** Messages that were received and are not deleted. */
  readonly inFlight: number;
  /** Seconds after which a record that failed comes again. */
  readonly visibilitySeconds: number;
}

/** A host's compute service as its record has it. */
export type HostFacts =
  | { readonly kind: 'unregistered' }
  /** `heardAt` is when its last heartbeat was stored, in epoch milliseconds; `up` whether that is recent, by Nova's rule. */
  | {
      readonly kind: 'registered';
      readonly forcedDown: boolean;
      /** What an operator gave as the reason of it. */
      readonly said?: string | undefined;
      readonly up: boolean;
      readonly heardAt: number;
    };

/** The ways by which a host speaks. */
export interface Ways {
  readonly queue: ConductorQueueFacts;
  /** The function URL of its cell; absent for a host that does not use it. */
  readonly direct?: ConductorQueueFacts;
}

/** The hosts of a cell, and those that fell silent within one service_down_time of the host in question, itself among them. */
export interface CellFacts {
  readonly hosts: number;
  readonly silent: number;
}

/** What a verdict goes by beside the facts; times in seconds. */
interface LivenessSettings {
  readonly serviceDownTime: number;
  /** How long heartbeats may go unstored. */
  readonly storeWindow: number;
  /** Percent of a cell's hosts, and their least number, whose silence at once is nobody's death. */
  readonly massSilenceShare: number;
  readonly massSilenceLeast: number;
}

export interface LivenessFacts extends Ways {
  readonly host: HostFacts;
  readonly cell: CellFacts;
  readonly settings: LivenessSettings;
}

/**
 * Whether a host lives. Silence counts only where a heartbeat would have been heard: it is down when a person says so, or
 * when all that it could have sent within service_down_time of its last stored heartbeat has been read, and nothing was it.
 */
export function liveness({ host, cell, settings, ...ways }: LivenessFacts): Verdict {
  if (host.kind === 'unregistered') return unknown('it has never registered');
  if (host.forcedDown)
    return confirmed(host.said === undefined ? 'an operator said so' : `an operator said so: ${host.said}`);
  if (host.up) return { liveness: 'up', reason: 'it was heard lately' };
  if (!Number.isFinite(host.heardAt)) return unknown('its record has no time at which it was heard');
  const seconds = settings.storeWindow + settings.serviceDownTime;
  const unread = unreadByAny(ways, { since: host.heardAt, seconds, serviceDownTime: settings.serviceDownTime });
  if (unread !== undefined) return unknown(unread);
  if (isMassSilence(cell, settings))
    return unknown(`${cell.silent} of ${cell.hosts} hosts of its cell fell silent with it: that is no host's death`);
  return down(
    `not heard since ${time(host.heardAt)}, while all that was sent until ${time(ways.queue.pulseSentAt)} was read`,
  );
}

/** A stretch of time in which a message may have been sent. */
export interface Stretch {
  /** Epoch milliseconds. */
  readonly since: number;
  readonly seconds: number;
  /** Seconds. */
  readonly serviceDownTime: number;
}

/**
 * Why a message that was sent within so many seconds may not have been read yet; undefined when it has been. After
 * trouble on the way the stretch begins anew: what was lost then would have been said again since.
 */
export function unreadReason(queue: ConductorQueueFacts, stretch: Stretch): string | undefined {
  const { pulseSentAt, lag, failedAt, deadAt } = queue;
  const from = Math.max(stretch.since, failedAt ?? -Infinity, deadAt ?? -Infinity);
  const due = from + stretch.seconds * 1000;
  if (pulseSentAt === undefined) return 'no pulse of ours has been read on the way that it speaks by';
  if (pulseSentAt < due)
    return from > stretch.since
      ? `records failed on the way at ${time(from)}, and no pulse that was sent since ${time(due)} has been read`
      : `no pulse that was sent since ${time(due)} has been read: the last one was sent at ${time(pulseSentAt)}`;
  if (queue.waiting + queue.inFlight === 0) return undefined;
  // A queue keeps no order: what waits may be older than the pulse, until it has had the time to come again.
  const settled = pulseSentAt >= due + queue.visibilitySeconds * 1000 && lag <= stretch.serviceDownTime * 1000;
  return settled ? undefined : `${queue.waiting + queue.inFlight} messages that may be older wait or are in hand`;
}

/** Why a message may not have been read yet by one of the ways that its sender uses; undefined when it has been by each of them. */
export function unreadByAny({ queue, direct }: Ways, stretch: Stretch): string | undefined {
  const byQueue = unreadReason(queue, stretch);
  if (byQueue !== undefined || direct === undefined) return byQueue;
  const byUrl = unreadReason(direct, stretch);
  return byUrl === undefined ? undefined : `by the function URL: ${byUrl}`;
}

const isMassSilence = ({ hosts, silent }: CellFacts, settings: LivenessSettings): boolean =>
  silent >= settings.massSilenceLeast && silent * 100 >= settings.massSilenceShare * hosts;

const unknown = (reason: string): Verdict => ({ liveness: 'unknown', reason });
const down = (reason: string): Verdict => ({ liveness: 'down', reason });
const confirmed = (reason: string): Verdict => ({ ...down(reason), confirmed: true });

const time = (milliseconds: number | undefined): string =>
  milliseconds === undefined ? 'no time' : new Date(milliseconds).toISOString();
