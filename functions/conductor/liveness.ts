import type { Verdict } from '#ports/service-group';

/**
 * What was noted of a way by which hosts speak: the conductor queue of their cell, or its function
 * URL. Times are epoch milliseconds.
 */
export interface PulseFacts {
  /** When the latest pulse of ours that was read had been sent; undefined while none was read. */
  readonly pulseSentAt: number | undefined;
  /** Milliseconds which that pulse had waited. */
  readonly lag: number;
  /** When a record of a batch last failed. */
  readonly failedAt: number | undefined;
  /** When a record of the host was last put aside: it spoke, and was not understood. */
  readonly deadAt: number | undefined;
  /**
   * When pulses were read again after none had been read for `PULSE_GAP_SECONDS`: until
   * then functions may have been away.
   */
  readonly resumedAt: number | undefined;
  /** Seconds for which a record that failed stays hidden at most. */
  readonly hiddenSeconds: number;
}

/** The same, with what lies in the queue now. */
export interface ConductorQueueFacts extends PulseFacts {
  /** Messages that can be received. */
  readonly waiting: number;
  /** Messages that were received and are not deleted. */
  readonly inFlight: number;
}

/**
 * Seconds without a pulse after which nobody knows whether a way was read meanwhile: the schedule sends one a minute. A
 * shorter silence of ours is made up for where a verdict goes by pulses although messages wait.
 */
export const PULSE_GAP_SECONDS = 90;

/** A host's compute service as its record has it. */
export type HostFacts =
  | { readonly kind: 'unregistered' }
  /**
   * `heardAt` is when its last heartbeat was stored, in epoch milliseconds; `up` whether
   * that is recent, by Nova's rule.
   */
  | {
      readonly kind: 'registered';
      readonly forcedDown: boolean;
      /** What an operator gave as the reason of it. */
      readonly said?: string | undefined;
      readonly up: boolean;
      readonly heardAt: number;
    };

/** The ways by which a host speaks. */
export interface Transports {
  readonly queue: ConductorQueueFacts;
  /** The function URL of its cell; absent for a host that does not use it. */
  readonly direct?: ConductorQueueFacts;
}

/**
 * The hosts of a cell, and those that fell silent within one service_down_time of the host
 * in question, itself among them.
 */
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

export interface LivenessFacts extends Transports {
  readonly host: HostFacts;
  readonly cell: CellFacts;
  readonly settings: LivenessSettings;
}

/**
 * Whether a host lives. Silence counts only where a heartbeat would have been heard: it is down when a
 * person says so, or when all that it could have sent within service_down_time of its last stored heartbeat
 * has been read, and nothing was it.
 */
export function liveness({ host, cell, settings, ...transports }: LivenessFacts): Verdict {
  if (host.kind === 'unregistered') return unknown('it has never registered');
  if (host.forcedDown)
    return confirmed(host.said === undefined ? 'an operator said so' : `an operator said so: ${host.said}`);
  if (host.up) return { liveness: 'up', reason: 'it was heard lately' };
  if (!Number.isFinite(host.heardAt)) return unknown('its record has no time at which it was heard');
  const seconds = settings.storeWindow + settings.serviceDownTime;
  const unread = unreadByAny(transports, { since: host.heardAt, seconds, serviceDownTime: settings.serviceDownTime });
  if (unread !== undefined)
    return { ...unknown(unread), ...(transports.queue.pulseSentAt === undefined ? {} : { unread: true }) };
  if (isMassSilence(cell, settings))
    return unknown(`${cell.silent} of ${cell.hosts} hosts of its cell fell silent with it: that is no host's death`);
  return down(
    `not heard since ${time(host.heardAt)}, while all that was sent until ${time(transports.queue.pulseSentAt)} was read`,
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
 * trouble on the way the stretch begins anew: what was lost then would have been said again since, and what failed
 * then, which our own backoff hides, has come again.
 */
export function unreadReason(queue: ConductorQueueFacts, stretch: Stretch): string | undefined {
  const { pulseSentAt = 0, lag, hiddenSeconds } = queue;
  const notDue = notYetDue(queue, stretch);
  if (notDue !== undefined || queue.waiting + queue.inFlight === 0) return notDue;
  // A queue keeps no order: what waits may be older than the pulse, until it has had the time to come again.
  const due = Math.max(dueAt(queue, stretch), stretch.since + PULSE_GAP_SECONDS * 1000);
  const settled = pulseSentAt >= due + hiddenSeconds * 1000 && lag <= stretch.serviceDownTime * 1000;
  return settled ? undefined : `${queue.waiting + queue.inFlight} messages that may be older wait or are in hand`;
}

/** Why the pulses that were read say nothing yet of what was sent within a stretch; undefined when they do. */
export function notYetDue(pulses: PulseFacts, stretch: Omit<Stretch, 'serviceDownTime'>): string | undefined {
  const { pulseSentAt } = pulses;
  if (pulseSentAt === undefined) return 'no pulse of ours has been read on the way that it speaks by';
  const due = dueAt(pulses, stretch);
  if (pulseSentAt >= due) return undefined;
  const trouble = troubleAt(pulses);
  return trouble > stretch.since
    ? `there was trouble on the way at ${time(trouble)}, and no pulse that was sent since ${time(due)} has been read`
    : `no pulse that was sent since ${time(due)} has been read: the last one was sent at ${time(pulseSentAt)}`;
}

/** When the latest trouble on the way was noted. */
const troubleAt = ({ failedAt, deadAt, resumedAt }: PulseFacts): number =>
  Math.max(failedAt ?? -Infinity, deadAt ?? -Infinity, resumedAt ?? -Infinity);

/** When a pulse has to have been sent to say anything of a stretch. */
const dueAt = (pulses: PulseFacts, { since, seconds }: Omit<Stretch, 'serviceDownTime'>): number =>
  Math.max(since + seconds * 1000, troubleAt(pulses) + Math.max(seconds, pulses.hiddenSeconds) * 1000);

/**
 * Why a message may not have been read yet by one of the ways that its sender uses; undefined
 * when it has been by each of them.
 */
export function unreadByAny({ queue, direct }: Transports, stretch: Stretch): string | undefined {
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
