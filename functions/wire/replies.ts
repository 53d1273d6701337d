import type { Json } from '#ports/json';
import type { Services } from '#ports/services';
import { QueueDoesNotExist, type OutgoingMessage } from '#ports/queues';
import { isReplyQueue } from '#ports/reply-queue';
import { replyEnvelope, type ReplyAddress } from './envelope.ts';

/** The answer to one call, not yet sent. */
export interface Answer {
  readonly address: ReplyAddress;
  readonly uniqueId: string;
  readonly result: Json;
  readonly failure: string | null;
}

/**
 * Sends answers, batched per reply queue; answers for a queue that is gone count as given.
 *
 * @throws the error of the first answer that could not be sent
 */
export async function sendAnswers(
  services: Pick<Services, 'queues' | 'log'>,
  answers: readonly Answer[],
): Promise<void> {
  for (const error of await unsentAnswers(services, answers)) if (error !== undefined) throw error;
}

/** The same; answers, in the order of the answers, why each could not be sent: undefined for one that was. */
export async function unsentAnswers(
  services: Pick<Services, 'queues' | 'log'>,
  answers: readonly Answer[],
): Promise<readonly unknown[]> {
  const byQueue = Map.groupBy(answers, (answer) => answer.address.queue);
  const unsent = new Map<Answer, unknown>();
  await Promise.all(
    [...byQueue].map(async ([queue, group]) => {
      if (!isReplyQueue(queue)) {
        services.log.count('refused_reply_queues');
        services.log.warn('not a reply queue of this deployment: nothing is answered', { queue: queue.slice(0, 80) });
        return;
      }
      for (const [answer, error] of await sendGroup(services, queue, group)) unsent.set(answer, error);
    }),
  );
  return answers.map((answer) => unsent.get(answer));
}

/**
 * Sends the answers for one queue: together, and when that fails each for itself, so that
 * one does not hold up the others.
 */
async function sendGroup(
  services: Pick<Services, 'queues' | 'log'>,
  queue: string,
  group: readonly Answer[],
): Promise<[Answer, unknown][]> {
  const error = await failure(services, () => services.queues.sendBatch(queue, group.map(message)));
  if (error === undefined) return [];
  if (group.length === 1) return group.map((answer) => [answer, error]);
  const errors = await Promise.all(
    group.map((answer) => failure(services, () => services.queues.send(queue, message(answer)))),
  );
  return group.map((answer, at) => [answer, errors[at]]);
}

const message = ({ address, uniqueId, result, failure: reason }: Answer): OutgoingMessage => ({
  body: replyEnvelope(address.messageId, uniqueId, result, reason),
});

/** Why nothing was sent; undefined when it was, or when nobody is there any more to whom it could be sent. */
async function failure({ log }: Pick<Services, 'log'>, send: () => Promise<void>): Promise<unknown> {
  try {
    await send();
    return undefined;
  } catch (error) {
    if (!(error instanceof QueueDoesNotExist)) return error;
    log.count('gone_reply_queues');
    return undefined;
  }
}
