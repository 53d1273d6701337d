import { cellQueue } from '#ports/host-queue';
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
 * When a pulse of ours was sent, in epoch milliseconds; undefined for any other message, a pulse of somebody else's among
 * them. One that was redriven counts from its first sending.
 */
export function ownPulse(message: Identified): number | undefined {
  const sentAt = message.ours ? readPulse(message.body) : undefined;
  return sentAt === undefined ? undefined : Math.min(sentAt, message.sentAt);
}
