import { cellQueue } from '#ports/host-queue';
import type { DirectCalls } from '#ports/direct-calls';
import type { Services } from '#ports/services';
import { CONDUCTOR_SENDER, pulseBody, readPulse } from '#wire/pulse';
import type { Identified } from './sender.ts';

/**
 * Sends a pulse the way that the hosts of a cell speak: once it has been read, so has what they had said before.
 *
 * @throws QueueDoesNotExist, QueueThrottled
 */
export async function sendPulse(services: Pick<Services, 'clock' | 'queues'>, cell: string): Promise<void> {
  const body = pulseBody(services.clock.now());
  await services.queues.send(cellQueue(cell), { body, attributes: { sender: CONDUCTOR_SENDER } });
}

/**
 * Posts a pulse to the function URL of a cell.
 *
 * @throws NoDirectAnswer, and DirectCallFailed for any answer but that it was read
 */
export async function postPulse(
  { clock, directCalls }: { readonly clock: Services['clock']; readonly directCalls: DirectCalls },
  url: string,
): Promise<void> {
  const { status } = await directCalls.post(url, pulseBody(clock.now()));
  if (status !== 204) throw new DirectCallFailed(`the function URL answered ${status}`);
}

/** A function URL has not served a message. */
class DirectCallFailed extends Error {
  override readonly name = 'DirectCallFailed' as const;
}

/**
 * When a pulse of ours was sent, in epoch milliseconds; undefined for any other message, a pulse of somebody else's
 * among them. One that was redriven counts from its first sending.
 */
export function ownPulse(message: Identified): number | undefined {
  const sentAt = message.ours ? readPulse(message.body) : undefined;
  return sentAt === undefined ? undefined : Math.min(sentAt, message.sentAt);
}
