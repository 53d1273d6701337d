import { createHash } from 'node:crypto';
import type { Blobs } from '#ports/blobs';
import { MessageTooLong, type OutgoingMessage, type Queues } from '#ports/queues';
import { pointerBody, SIZE_ATTRIBUTE } from '#wire/payload-pointer';
import { fitsMessage } from '../message-size.ts';

/**
 * Queues that take messages of any size: what is too long for a queue leaves as a pointer to an object, as the SQS
 * extended client does.
 *
 * Objects lie under the name of their queue, so that a reader needs a grant on its own ones only, and under a digest of
 * their text: a repeated step stores nothing twice.
 */
export function extendedQueues(queues: Queues, blobs: Blobs): Queues {
  const offloaded = async (queue: string, message: OutgoingMessage): Promise<OutgoingMessage> => {
    const key = `${blobs.prefix}${queue}/${createHash('sha256').update(message.body).digest('hex')}`;
    await blobs.put(key, message.body);
    return {
      ...message,
      body: pointerBody({ bucket: blobs.bucket, key }),
      attributes: { ...message.attributes, [SIZE_ATTRIBUTE]: String(Buffer.byteLength(message.body)) },
    };
  };
  const fitting = async (queue: string, message: OutgoingMessage): Promise<OutgoingMessage> =>
    fitsMessage(message) ? message : offloaded(queue, message);

  const send = async (queue: string, message: OutgoingMessage): Promise<void> => {
    const fit = await fitting(queue, message);
    try {
      await queues.send(queue, fit);
    } catch (error) {
      // a queue may have been given a smaller limit than the service's
      if (!(error instanceof MessageTooLong) || fit !== message) throw error;
      await queues.send(queue, await offloaded(queue, message));
    }
  };
  return {
    send,
    async sendBatch(queue, messages) {
      const fit = await Promise.all(messages.map((message) => fitting(queue, message)));
      try {
        await queues.sendBatch(queue, fit);
      } catch (error) {
        if (!(error instanceof MessageTooLong)) throw error;
        for (const message of fit) await send(queue, message);
      }
    },
    backlog: (queue) => queues.backlog(queue),
    changeVisibility: (queue, receiptHandle, seconds) => queues.changeVisibility(queue, receiptHandle, seconds),
  };
}
