import { gzipSync } from 'node:zlib';
import type { Json } from '#ports/json';
import type { Cell } from '#records/method';
import { queueOf, serveMessage, type ObjectServices, type Served } from './object-call.ts';
import { urlEvidence } from './queue-evidence.ts';
import { ownPulse } from '#rpc/pulse';
import { RequestMetrics } from '#rpc/request-metrics';
import { Senders, withKnownSenders, type Identified } from '#rpc/sender';
import { urlRequest } from '#rpc/url-request';
import { replyEnvelope } from '#wire/envelope';
import { sendAnswers, type Answer } from '#wire/replies';

/** What a request to a function URL is answered with. */
export interface UrlAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether the body is bytes, in base64: Lambda answers them as they are. */
  readonly isBase64Encoded?: boolean;
}

/**
 * Bytes of an answer that the response carries, as many as a message of a queue has; a
 * longer one goes to the reply queue.
 */
const MOST_BYTES = 1_048_576;

/** Bytes from which an answer is compressed, for whoever takes that: traffic out of AWS has a price by the byte. */
const COMPRESSED_FROM = 256;

/**
 * The function behind the function URL of a cell, over its ports: one object call a request, by the same rules as a
 * message of the cell's conductor queue (docs/adr/0030-direct-calls.md).
 *
 * - 200: the answer, an envelope as it would lie in the reply queue, compressed by gzip for those who accept it
 * - 202: the answer is too long for a response, and lies in the reply queue
 * - 204: done, and there is nobody to answer
 * - 400: nobody can make anything of the message; the body says why
 * - 403: nobody knows who sent it; it was not read
 * - 503: it failed for now: sent again, by this way or by the queue, it is carried out once
 *
 * @throws NotAUrlRequest for an event of anything but a function URL
 */
export function objectUrl(services: ObjectServices, cell: Cell): (event: Json) => Promise<UrlAnswer> {
  const senders = new Senders(services);
  const evidence = urlEvidence(services, cell.name);
  const queue = queueOf(cell);
  return async (event) => {
    const { delivery, url, gzip } = urlRequest(event, services.config.requirePrincipals);
    const [message] = await withKnownSenders(services, senders, queue, [delivery]);
    if (message === undefined) return answer(403, 'nobody knows who sent this');
    const pulse = ownPulse(message);
    const [outcome] = pulse === undefined ? await serve(services, cell, message) : [PULSE];
    const unread = outcome?.status === 'fulfilled' && outcome.value.kind === 'unreadable' ? [message] : [];
    // A call that was served proves what a pulse of ours does: who spoke at this time was heard.
    const passed = outcome?.status === 'fulfilled' ? [pulse ?? message.sentAt] : [];
    const failed = outcome?.status === 'rejected';
    await evidence.note({
      messages: 1,
      failed,
      pulses: passed,
      putAside: unread,
      ...(url === undefined ? {} : { url }),
    });
    if (outcome?.status !== 'fulfilled') return answer(503, 'it failed for now');
    return respond(services, outcome.value, gzip);
  };
}

const PULSE: PromiseFulfilledResult<Served> = { status: 'fulfilled', value: { kind: 'done' } };

async function serve(
  services: ObjectServices,
  cell: Cell,
  message: Identified,
): Promise<PromiseSettledResult<Served>[]> {
  const metrics = new RequestMetrics();
  const outcomes = await Promise.allSettled([serveMessage(services, { cell, direct: true }, message, metrics)]);
  metrics.write(services.log);
  for (const outcome of outcomes)
    if (outcome.status === 'rejected')
      services.log.warn('a direct call failed for now', { message_id: message.id, error: String(outcome.reason) });
  return outcomes;
}

async function respond(services: ObjectServices, served: Served, gzip: boolean): Promise<UrlAnswer> {
  if (served.kind === 'done') return answer(204, '');
  if (served.kind === 'unreadable') {
    served.log.warn('a direct message cannot be read', { reason: served.reason });
    return answer(400, served.reason);
  }
  // The queue answers it, and has it come again for what is left.
  if (served.again !== undefined) return answer(503, 'it failed for now');
  const envelope = envelopeOf(served.answer);
  const bytes = Buffer.byteLength(envelope);
  if (bytes <= MOST_BYTES) return gzip && bytes >= COMPRESSED_FROM ? compressed(envelope) : answer(200, envelope);
  try {
    await sendAnswers(services, [served.answer]);
  } catch (error) {
    services.log.warn('a long answer could not be sent', { error: String(error) });
    return answer(503, 'it failed for now');
  }
  return answer(202, '');
}

const envelopeOf = ({ address, uniqueId, result, failure }: Answer): string =>
  replyEnvelope(address.messageId, uniqueId, result, failure);

const answer = (statusCode: number, body: string): UrlAnswer => ({
  statusCode,
  headers: { 'content-type': statusCode === 200 ? 'application/json' : 'text/plain' },
  body,
});

function compressed(envelope: string): UrlAnswer {
  const { statusCode, headers } = answer(200, '');
  const body = gzipSync(envelope).toString('base64');
  return { statusCode, headers: { ...headers, 'content-encoding': 'gzip' }, body, isBase64Encoded: true };
}
