import chain, { type MiddlewareObj, type Request } from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { CALL_HIDDEN_SECONDS } from '#ports/conductor-queue';
import type { Services } from '#ports/services';
import { SIZE_ATTRIBUTE } from '#wire/payload-pointer';

/** One record's fate, in the order of the event's records. */
export type Settled = PromiseSettledResult<unknown>[];

/** What Lambda calls for an SQS event source. */
export type QueueHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

type BatchServices = Pick<Services, 'clock' | 'log' | 'queues'>;

/** What a queue holds: calls, whose senders wait for an answer, or casts. */
export type Kind = 'call' | 'cast';

/** Seconds until a message comes again that failed once, and the most that a cast waits. */
const [FIRST_SECONDS, MOST_SECONDS] = [5, 300] as const;

/** Seconds that a call waits at most: for its first tries, which are over when its caller's minute is, and then. */
const CALL = { tries: 10, soon: 10, later: CALL_HIDDEN_SECONDS } as const;

/** Milliseconds of its time that a function keeps for its answer. */
const FOR_THE_ANSWER = 500;

/**
 * Seconds until a message that failed for a passing reason comes again: the more often it was received, the
 * longer. A call comes within the minute for which its caller waits, and within the minute that a caller waits
 * anew from when we answer again.
 *
 * @param received how often the queue handed it over, from 1
 */
export function backoffSeconds(received: number, kind: Kind): number {
  const seconds = FIRST_SECONDS * 2 ** Math.max(0, received - 1);
  if (kind === 'cast') return Math.min(MOST_SECONDS, seconds);
  return received > CALL.tries ? CALL.later : Math.min(CALL.soon, seconds);
}

/** A queue of one kind of message. */
interface KindOfQueue {
  readonly name: string;
  readonly kind: Kind;
}

interface FailedRecord {
  readonly record: SQSRecord;
  /** Name of the error. */
  readonly error: string;
}

type BatchRequest = Request<SQSEvent, Settled | SQSBatchResponse>;

/**
 * Turns the settled results of a batch into batch item failures: what was done is deleted, and what failed comes again.
 */
const partialBatch = (
  services: BatchServices,
  queue: KindOfQueue,
): MiddlewareObj<SQSEvent, Settled | SQSBatchResponse> => ({
  after: (request) => answer(services, queue, request, Array.isArray(request.response) ? request.response : []),
  onError: (request) => {
    services.log.error('a batch failed', { queue: queue.name, messages: request.event.Records.length }, request.error);
    return answer(services, queue, request, []);
  },
});

/** Answers a batch by its results; a record without one has failed. */
function answer(
  services: BatchServices,
  queue: KindOfQueue,
  request: BatchRequest,
  results: Settled,
): Promise<void> | void {
  const failed = request.event.Records.flatMap((record, at) => {
    const result = results[at];
    return result?.status === 'fulfilled' ? [] : [{ record, error: reasonOf(result?.reason) }];
  });
  request.response = { batchItemFailures: failed.map(({ record }) => ({ itemIdentifier: record.messageId })) };
  if (failed.length === 0) return undefined;
  const time = request.context.getRemainingTimeInMillis() - FOR_THE_ANSWER;
  return within(services, time, Promise.allSettled(failed.map((each) => hide(services, queue, each))));
}

/** A function behind a queue was given an event that is no batch of a queue. */
class NotABatch extends Error {
  override readonly name = 'NotABatch' as const;
}

/** Whoever may invoke a function could write any sender into a request of its own; SQS alone makes these. */
function mustBeBatch(event: object): void {
  const records: unknown = 'Records' in event ? event.Records : undefined;
  if (!Array.isArray(records) || !records.every(isOfQueue)) throw new NotABatch('the event is no batch of a queue');
}

const isOfQueue = (record: unknown): boolean =>
  typeof record === 'object' && record !== null && 'eventSource' in record && record.eventSource === 'aws:sqs';

/**
 * The chain behind a queue; it raises no time-out of its own: near the end of its time a
 * batch goes on, and Lambda ends it.
 *
 * @throws NotABatch for an event of anything but a queue
 */
export function queueHandler(
  services: BatchServices,
  queue: KindOfQueue,
  serve: (event: SQSEvent) => Promise<Settled>,
): QueueHandler {
  const handler = chain<SQSEvent>({ timeoutEarlyInMillis: 0 }).use(partialBatch(services, queue)).handler(serve);
  return async (event, context) => {
    mustBeBatch(event);
    return handler(event, context);
  };
}

/** Why a message failed, as far as a log may say: the whole error may quote it. */
const reasonOf = (error: unknown): string => (error instanceof Error ? error.name : 'nothing was answered for it');

/** Has a failed message come again after its backoff; when that fails it comes again after the queue's own time. */
function hide(
  { queues, log }: BatchServices,
  { name: queue, kind }: KindOfQueue,
  { record, error }: FailedRecord,
): Promise<void> {
  const received = Number(record.attributes.ApproximateReceiveCount);
  const seconds = backoffSeconds(received, kind);
  log.warn('a message comes again', { queue, message_id: record.messageId, received, seconds, error });
  return queues.changeVisibility(queue, record.receiptHandle, seconds);
}

/** Waits for work, but no longer than so many milliseconds. */
async function within({ clock }: BatchServices, milliseconds: number, work: Promise<unknown>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const cancel = clock.timer(Math.max(0, milliseconds), resolve);
  await Promise.race([work, late]);
  cancel();
}

/**
 * Characters of a body of which ten are served at a time; longer ones take many times their size while they are read.
 */
const LONG = 65_536;

/** Milliseconds after which a batch begins with no further long message: what is left comes again. */
const LONG_UNTIL = 4000;

/** Whether a message is a lot of work: a pointer, whatever its attributes say, or a long body. */
const isLong = ({ body, messageAttributes }: SQSRecord): boolean =>
  body.length > LONG || body.startsWith('[') || messageAttributes[SIZE_ATTRIBUTE] !== undefined;

/**
 * Serves the records of a batch together, but one after the other those that are long or whose payload lies elsewhere:
 * ten of 64 MiB would not fit into a function's memory. Long ones that the batch has no time for are left to come
 * again, so that they do not take the others along.
 */
export function settleRecords<T>(
  { clock }: Pick<Services, 'clock'>,
  records: readonly SQSRecord[],
  serve: (record: SQSRecord, at: number) => Promise<T>,
): Promise<PromiseSettledResult<T>[]> {
  let last: Promise<unknown> = Promise.resolve();
  const begun = clock.now();
  return Promise.allSettled(
    records.map((record, at) => {
      if (!isLong(record)) return serve(record, at);
      const own = last.then(() => {
        if (clock.now() - begun > LONG_UNTIL) throw new Error('the batch had no time left for a long message');
        return serve(record, at);
      });
      last = own.catch(() => undefined);
      return own;
    }),
  );
}
