import type { SQSEvent } from 'aws-lambda';
import { deadLetter } from '#rpc/dead-letter';
import { delivery } from '#rpc/delivery';
import { MalformedMessage, type RpcRequest } from '#wire/envelope';
import { checkIncoming } from '#wire/incoming';
import { isFinal, reasonOf, serializeFailure } from '#wire/failure';
import { readMessage } from '#wire/payload-pointer';
import { sendAnswers } from '#wire/replies';
import { mustBeKnown, mustNotBeFencer, ownAddress, Senders, withKnownSenders, type Identified } from '#rpc/sender';
import { outcomeOf, requestFields, RequestMetrics } from '#rpc/request-metrics';
import { endRefused } from './refused-request.ts';
import { publishRejected } from './rejected-event.ts';
import { runTask, type TaskServices } from './tasks.ts';
import { queueHandler, settleRecords, type QueueHandler, type Settled } from '#rpc/batch';

/** The queue whose messages these are, without the deployment's prefix. */
const QUEUE = 'compute-task';

/**
 * Answers a batch of the compute-task queue. A message that can never be carried out is answered with its error when it
 * is a call, and goes to the dead-letter queue when it is a cast, and the reason is recorded on its servers;
 * what may work later is delivered again.
 */
export function taskQueue(services: TaskServices): (event: SQSEvent) => Promise<Settled> {
  const senders = new Senders(services);
  return async ({ Records: records }) => {
    const served = new RequestMetrics();
    const deliveries = records.map((record) => delivery(record, services.config.requirePrincipals));
    const messages = await withKnownSenders(services, senders, QUEUE, deliveries);
    const outcomes = await settleRecords(services, records, async (_record, at) => {
      const message = messages[at];
      if (message !== undefined) await serve(services, message, served);
    });
    served.write(services.log);
    return outcomes;
  };
}

/** The function behind the compute-task queue, over its ports. */
export const taskHandler = (services: TaskServices): QueueHandler =>
  queueHandler(services, { name: QUEUE, kind: 'cast' }, taskQueue(services));

async function serve(services: TaskServices, message: Identified, served: RequestMetrics): Promise<void> {
  const start = services.clock.now();
  let request: RpcRequest | undefined;
  try {
    mustBeKnown(message);
    mustNotBeFencer(message.fencer);
    request = await readRequest(services, message);
    checkIncoming(request.args, request);
    await runTask({ ...services, log: services.log.with(requestFields(request)) }, request, message.hosts);
    served.note(request.method, 'done', services.clock.now() - start);
  } catch (error) {
    served.note(request?.method ?? 'none', outcomeOf(error), services.clock.now() - start);
    if (request !== undefined && isFinal(error) && !message.unknownSender)
      await endRefused(services, request, error, message.hosts).catch((trouble: unknown) => {
        // What cannot be said to its servers, however often it is tried, keeps the message from nobody.
        if (!isFinal(trouble)) throw trouble;
        services.log.error('a refusal is not recorded on its servers', { error: trouble.name }, trouble);
      });
    await refuse(services, message, request, error);
  }
}

async function readRequest(services: TaskServices, message: Identified): Promise<RpcRequest> {
  const envelope = await readMessage(services, message);
  if (envelope.kind === 'reply') throw new MalformedMessage('a reply has no business on this queue');
  return { ...envelope, reply: ownAddress(services, message, envelope.reply) };
}

async function refuse(
  services: TaskServices,
  message: Identified,
  request: RpcRequest | undefined,
  error: unknown,
): Promise<void> {
  if (!isFinal(error)) throw error;
  const address =
    request?.reply ?? ownAddress(services, message, error instanceof MalformedMessage ? error.reply : undefined);
  if (address === undefined) {
    await deadLetter(services, QUEUE, message, reasonOf(error));
    if (!message.unknownSender) await publishRejected(services, message.id, request, error);
    return;
  }
  services.log.warn('call refused', { error: error.name, message_id: message.id });
  const failure = serializeFailure(error);
  await sendAnswers(services, [{ address, uniqueId: `${address.messageId}-failure`, result: null, failure }]);
}
