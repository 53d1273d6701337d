import type { SQSEvent } from 'aws-lambda';
import type { Cell } from '#records/method';
import { queueOf, serveMessage, type Answered, type EventSource, type ObjectServices } from './object-call.ts';
import { queueEvidence } from './queue-evidence.ts';
import { queueHandler, settleRecords, type QueueHandler, type Settled } from '#rpc/batch';
import { deadLetter } from '#rpc/dead-letter';
import { ownPulse } from '#rpc/pulse';
import { delivery } from '#rpc/delivery';
import { RequestMetrics } from '#rpc/request-metrics';
import { unsentAnswers } from '#wire/replies';
import { Senders, withKnownSenders, type Identified } from '#rpc/sender';

/**
 * Answers a batch of a conductor queue: every call for itself, the answers then batched per reply queue. An operation
 * that a call settles is completed before the caller is answered, so a crash in between is made good by the repeat.
 * What cannot be completed at present keeps no caller waiting, since a compute whose call is not answered in time
 * destroys its guest: the call is answered, and its message comes again for what is left.
 */
export function objectQueue(services: ObjectServices, cell: Cell | undefined): (event: SQSEvent) => Promise<Settled> {
  const senders = new Senders(services);
  const queue = queueOf(cell);
  const evidence = cell === undefined ? undefined : queueEvidence(services, cell.name);
  return async ({ Records: records }) => {
    const metrics = new RequestMetrics();
    const pulses: number[] = [];
    const putAside: Identified[] = [];
    const deliveries = records.map((record) => delivery(record, services.config.requirePrincipals));
    const messages = await withKnownSenders(services, senders, queue, deliveries);
    const outcomes = await settleRecords(services, records, async (_record, at) => {
      const message = messages[at];
      const pulse = message && ownPulse(message);
      if (pulse === undefined)
        return message && serve(services, { cell, direct: false }, message, { metrics, putAside });
      pulses.push(pulse);
      return undefined;
    });
    metrics.write(services.log);
    const failed =
      outcomes.some(({ status }) => status === 'rejected') ||
      records.some(({ attributes }) => Number(attributes.ApproximateReceiveCount) > 1);
    await evidence?.note({ messages: records.length, failed, pulses, putAside });
    const answers = outcomes.flatMap((outcome) =>
      outcome.status === 'fulfilled' && outcome.value !== undefined ? [outcome.value.answer] : [],
    );
    const errors = await unsentAnswers(services, answers);
    const unsent = new Map(answers.map((each, at) => [each, errors[at]] as const));
    // Who is not answered says nothing more until the message has come again.
    if (errors.some((error) => error !== undefined))
      await evidence?.note({ messages: 0, failed: true, pulses: [], putAside: [] });
    return outcomes.map((outcome) => {
      const { answer, again } = (outcome.status === 'fulfilled' ? outcome.value : undefined) ?? {};
      const reason = again ?? (answer === undefined ? undefined : unsent.get(answer));
      return reason === undefined ? outcome : { status: 'rejected', reason };
    });
  };
}

/** The function behind a conductor queue, over its ports: who sends to it waits for an answer, as a rule. */
export const objectHandler = (services: ObjectServices, cell: Cell | undefined): QueueHandler =>
  queueHandler(services, { name: queueOf(cell), kind: 'call' }, objectQueue(services, cell));

/** What is reported of a batch once all of it is served. */
interface BatchNotes {
  readonly metrics: RequestMetrics;
  /** Messages that became dead letters. */
  readonly putAside: Identified[];
}

async function serve(
  services: ObjectServices,
  source: EventSource,
  message: Identified,
  { metrics, putAside }: BatchNotes,
): Promise<Answered | undefined> {
  const served = await serveMessage(services, source, message, metrics);
  if (served.kind === 'answered') return served;
  if (served.kind === 'done') return undefined;
  await deadLetter({ ...services, log: served.log }, queueOf(source.cell), message, served.reason);
  putAside.push(message);
  return undefined;
}
