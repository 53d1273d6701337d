import type { Json } from '#ports/json';
import type { Services } from '#ports/services';
import { QueueDoesNotExist } from '#ports/queues';
import { replyEnvelope, type ReplyAddress } from './envelope.ts';

/** Reply queues carry this prefix, after the deployment's own; nothing else is ever written to. */
const REPLY_QUEUE = /^reply_[A-Za-z0-9_-]{1,60}$/;

/** The answer to one call, not yet sent. */
export interface Answer {
  readonly address: ReplyAddress;
  readonly uniqueId: string;
  readonly result: Json;
  readonly failure: string | null;
}

/** Sends answers, batched per reply queue; answers for a queue that is gone count as given. */
export async function sendAnswers(
  services: Pick<Services, 'queues' | 'log'>,
  answers: readonly Answer[],
): Promise<void> {
  const byQueue = Map.groupBy(answers, (answer) => answer.address.queue);
  await Promise.all(
    [...byQueue].map(async ([queue, group]) => {
      if (!REPLY_QUEUE.test(queue)) {
        services.log.count('refused_reply_queues');
        services.log.warn('not a reply queue of this deployment: nothing is answered', { queue: queue.slice(0, 80) });
        return;
      }
      try {
        await services.queues.sendBatch(
          queue,
          group.map(({ address, uniqueId, result, failure }) => ({
            body: replyEnvelope(address.messageId, uniqueId, result, failure),
          })),
        );
      } catch (error) {
        if (!(error instanceof QueueDoesNotExist)) throw error;
        services.log.count('gone_reply_queues');
      }
    }),
  );
}
