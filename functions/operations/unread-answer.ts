import { unreadReason } from '#conductor/liveness';
import type { Services } from '#ports/services';
import { waitingCallItem } from '#records/items/waiting-call';
import { callKey, REQUESTS } from '#records/keys';
import { currentTransports } from '#records/host-transports';

/** A call to a compute that has no answer. */
export interface UnansweredCall {
  readonly messageId: string;
  readonly cell: string;
  readonly host: string;
  /** Seconds that the host may take. */
  readonly seconds: number;
}

/** An answer that may have been given in time. */
export interface UnreadAnswer {
  /** Why it would not have been read. */
  readonly reason: string;
  /** Since the host was asked. */
  readonly seconds: number;
}

/**
 * Seconds until the next look at a question that is so old: a tenth, so that an outage of days fits into the history.
 */
export const lookAfter = (seconds: number): number => Math.max(20, Math.min(1800, Math.floor(seconds / 10)));

/**
 * Whether an answer that was given in time may lie unread in the conductor queue of the host's cell: then our silence
 * is no answer. Undefined when it would have been read, for a call that nobody has made, and where no pulse was ever
 * read, since nobody would ever know.
 */
export async function unreadAnswer(
  services: Pick<Services, 'clock' | 'config' | 'queues' | 'tables'>,
  { messageId, cell, host, seconds }: UnansweredCall,
): Promise<UnreadAnswer | undefined> {
  const item = await services.tables.get(REQUESTS, callKey(messageId));
  // Hosts answer by the queue, whichever way they ask by.
  const { queue } = await currentTransports(services, cell, host);
  if (item === undefined || queue.pulseSentAt === undefined) return undefined;
  const { asked_at: since } = waitingCallItem(item);
  const { serviceDownTime } = services.config;
  const reason = unreadReason(queue, { since, seconds, serviceDownTime });
  return reason === undefined ? undefined : { reason, seconds: Math.floor((services.clock.now() - since) / 1000) };
}
