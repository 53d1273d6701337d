import type { Services } from '#ports/services';
import type { Delivery } from './delivery.ts';
import { SIZE_ATTRIBUTE } from '#wire/payload-pointer';

/** SQS takes no empty attribute and no control characters; a reason is for people, so its beginning does. */
const readable = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, ' ').slice(0, 500) || 'unknown';

/**
 * Moves a message that cannot be understood to the dead-letter queue of its queue, with the reason and the original
 * sender as attributes, so that a person can mend and redrive it. A pointer stays one.
 *
 * A failure to do so fails the record, and the queue's own redrive policy takes it there in the end.
 */
export async function deadLetter(
  services: Pick<Services, 'queues' | 'log'>,
  queue: string,
  message: Delivery,
  reason: string,
): Promise<void> {
  const size = message.attributes[SIZE_ATTRIBUTE];
  await services.queues.send(`${queue}-dlq`, {
    body: message.body,
    attributes: {
      reason: readable(reason),
      sender: readable(message.principal ?? 'unknown'),
      ...(size === undefined ? {} : { [SIZE_ATTRIBUTE]: size }),
    },
  });
  services.log.count('dead_letters', { queue });
  services.log.warn('message moved to the dead-letter queue', { queue, message_id: message.id, reason });
}
