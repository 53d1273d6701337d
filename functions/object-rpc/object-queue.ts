import type { SQSEvent } from 'aws-lambda';
import { FENCING } from '#records/hosts/fence-answer';
import type { Json } from '#ports/json';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { afterWrite } from './after-write.ts';
import { cellOfBuried } from './buried-instance.ts';
import { cellQueue } from '#ports/host-queue';
import { hostsInCell } from '#records/hosts/host-cell';
import { NoCellTargeted } from '#records/cell-table';
import type { Cell, Records } from '#records/method';
import { notifyQuietly, type NotificationEvent } from '#records/notify';
import { settleCall } from '#operations/waiting-call';
import { conductorBase, isExpected } from './base-namespace.ts';
import { QueueEvidence } from './queue-evidence.ts';
import { queueHandler, settleRecords, type QueueHandler, type Settled } from '#rpc/batch';
import { deadLetter } from '#rpc/dead-letter';
import { ownPulse } from '#rpc/pulse';
import { delivery, type Delivery } from '#rpc/delivery';
import { outcomeOf, requestFields, RequestMetrics } from '#rpc/request-metrics';
import { dispatch } from '#rpc/dispatch';
import { MalformedMessage, type RpcRequest } from '#wire/envelope';
import { checkIncoming } from '#wire/incoming';
import { isFinal, reasonOf, serializeFailure } from '#wire/failure';
import { readMessage } from '#wire/payload-pointer';
import { unsentAnswers, type Answer } from '#wire/replies';
import { mustBeKnown, mustNotBeFencer, ownAddress, Senders, withoutStrangers, type Identified } from '#rpc/sender';

/** An object call has one object: a payload of more would not fit into the function's memory, read some eight times over. */
const MOST_PAYLOAD_BYTES = 16 * 1024 * 1024;

/** The ports that object calls need; nothing here can start an execution. */
export type ObjectServices = Pick<
  Services,
  | 'blobs'
  | 'clock'
  | 'config'
  | 'counter'
  | 'executions'
  | 'ids'
  | 'log'
  | 'notifier'
  | 'placement'
  | 'queues'
  | 'sealer'
  | 'tables'
>;

/**
 * Answers a batch of a conductor queue: every call for itself, the answers then batched per reply queue. An operation
 * that a call settles is completed before the caller is answered, so a crash in between is made good by the repeat. What
 * cannot be completed at present keeps no caller waiting, since a compute whose call is not answered in time destroys its guest:
 * the call is answered, and its message comes again for what is left.
 */
export function objectQueue(services: ObjectServices, cell: Cell | undefined): (event: SQSEvent) => Promise<Settled> {
  const senders = new Senders(services);
  const queue = queueOf(cell);
  const evidence = cell === undefined ? undefined : new QueueEvidence(services, cell.name);
  return async ({ Records: records }) => {
    const served = new RequestMetrics();
    const pulses: number[] = [];
    const putAside: Identified[] = [];
    const deliveries = records.map((record) => delivery(record, services.config.requirePrincipals));
    const messages = await withoutStrangers(services, senders, queue, deliveries);
    const outcomes = await settleRecords(services, records, async (_record, at) => {
      const message = messages[at];
      const pulse = message && ownPulse(message);
      if (pulse === undefined) return message && serve(services, cell, queue, message, { served, putAside });
      pulses.push(pulse);
      return undefined;
    });
    served.tell(services.log);
    await evidence?.note(outcomes, pulses, putAside);
    const answers = outcomes.flatMap((outcome) =>
      outcome.status === 'fulfilled' && outcome.value?.answer !== undefined ? [outcome.value.answer] : [],
    );
    const errors = await unsentAnswers(services, answers);
    const unsent = new Map(answers.map((each, at) => [each, errors[at]] as const));
    return outcomes.map((outcome) => {
      const { answer, again } = (outcome.status === 'fulfilled' ? outcome.value : undefined) ?? {};
      const reason = again ?? (answer === undefined ? undefined : unsent.get(answer));
      return reason === undefined ? outcome : { status: 'rejected', reason };
    });
  };
}

/** The conductor queue of a cell, or of the API level. */
const queueOf = (cell: Cell | undefined): string => (cell ? cellQueue(cell.name) : 'conductor');

/**
 * The function behind a conductor queue, over its ports: who sends to it waits for an answer, as a rule.
 */
export const objectHandler = (services: ObjectServices, cell: Cell | undefined): QueueHandler =>
  queueHandler(services, { name: queueOf(cell), kind: 'call' }, objectQueue(services, cell));

async function serve(
  services: ObjectServices,
  cell: Cell | undefined,
  queue: string,
  message: Identified,
  { served, putAside }: Served,
): Promise<Outcome | undefined> {
  const start = services.clock.now();
  let request: RpcRequest | undefined;
  try {
    mustBeKnown(message);
    const envelope = await readMessage(services, message, MOST_PAYLOAD_BYTES);
    if (envelope.kind === 'reply') {
      const settled = mayAnswer(services, message) && (await settleCall(services, envelope, message.hosts));
      if (!settled) services.log.count('unexpected_replies', { queue });
      return undefined;
    }
    request = { ...envelope, reply: ownAddress(services, message, envelope.reply) };
    checkIncoming(request.args, request);
    const hosts = await ownHosts(services, cell, message);
    if (expired(services, message, request)) return undefined;
    const speaker = { hosts, fencer: message.fencer, sentAt: message.sentAt };
    const { result, again } = await carryOut(services, cell, request, speaker);
    served.note(request.method, 'done', services.clock.now() - start);
    return { answer: answer(request, result, null), again };
  } catch (error) {
    served.note(request?.method ?? 'none', outcomeOf(error), services.clock.now() - start);
    const log = request === undefined ? services.log : services.log.with(requestFields(request, cell));
    const refused = await refuse({ ...services, log }, queue, message, request, error);
    if (refused === undefined) putAside.push(message);
    return { answer: refused };
  }
}

/** What became of a message. */
interface Outcome {
  readonly answer: Answer | undefined;
  /** Why it is to come again although it is answered: what follows from its write could not be completed. */
  readonly again?: unknown;
}

/** The sender's hosts in this cell. Where no principals are heard, senders are who they say, wherever they are. */
const ownHosts = async (services: ObjectServices, cell: Cell | undefined, { hosts }: Identified) =>
  hosts === undefined || !services.config.requirePrincipals ? hosts : hostsInCell(services, hosts, cell);

/** What is told of a batch once all of it is served. */
interface Served {
  readonly served: RequestMetrics;
  /** Messages that became dead letters. */
  readonly putAside: Identified[];
}

/** Answers of ours come from the hosts that were asked; where no principals are heard, whoever answers is believed. */
const mayAnswer = ({ config }: ObjectServices, { hosts }: Identified): boolean =>
  hosts !== undefined || !config.requirePrincipals;

/** Who asks, and when: the hosts that the sender speaks for, and whether it is the fencing agent. */
interface Speaker {
  readonly hosts: readonly string[] | undefined;
  readonly fencer: string | undefined;
  /** When the message was sent, in epoch milliseconds. */
  readonly sentAt: number;
}

/** Runs a call; a publisher's call that needs a cell and was sent to none may be about a server in cell0. */
async function carryOut(
  services: ObjectServices,
  cell: Cell | undefined,
  request: RpcRequest,
  speaker: Speaker,
): Promise<Done> {
  if (request.namespace !== FENCING) mustNotBeFencer(speaker.fencer);
  try {
    return await runIn(services, cell, request, speaker);
  } catch (error) {
    const cause = isExpected(error) ? error.cause : error;
    if (!(cause instanceof NoCellTargeted) || speaker.hosts !== undefined) throw error;
    const buried = await cellOfBuried(services, request);
    if (buried === undefined) throw error;
    return runIn(services, buried, request, speaker);
  }
}

/** A method that was run. */
interface Done extends Pick<Outcome, 'again'> {
  readonly result: Json;
}

async function runIn(
  services: ObjectServices,
  cell: Cell | undefined,
  request: RpcRequest,
  { hosts, fencer, sentAt }: Speaker,
): Promise<Done> {
  const written: Item[] = [];
  const events: NotificationEvent[] = [];
  const records: Records = {
    ...services,
    context: request.context,
    ...(cell ? { cell } : {}),
    ...(request.uniqueId === undefined ? {} : { writer: request.uniqueId, sentAt }),
    ...(hosts === undefined ? {} : { hosts }),
    ...(fencer === undefined ? {} : { fencer }),
    ...(request.reply === undefined ? {} : { process: request.reply.queue }),
    written: (item) => written.push(item),
    notices: { config: services.config, add: (event) => events.push(event) },
  };
  const result = await dispatch(conductorBase, request)(records, request.args);
  try {
    if (cell) for (const item of written) await afterWrite(services, cell, item);
  } catch (error) {
    if (isFinal(error) || request.reply === undefined) throw error;
    services.log.warn('answered before what follows is done', {
      ...requestFields(request, cell),
      error: String(error),
    });
    return { result, again: error };
  }
  for (const event of events) await notifyQuietly(services, event);
  return { result };
}

/** A call older than its own timeout has no caller any more. */
function expired(services: ObjectServices, message: Delivery, request: RpcRequest): boolean {
  if (request.timeout === undefined || services.clock.now() - message.sentAt <= request.timeout * 1000) return false;
  services.log.count('expired_calls', { method: request.method });
  return true;
}

async function refuse(
  services: ObjectServices,
  queue: string,
  message: Identified,
  request: RpcRequest | undefined,
  error: unknown,
): Promise<Answer | undefined> {
  const cause = isExpected(error) ? error.cause : error;
  if (!isFinal(cause)) throw cause;
  const address =
    request?.reply ?? ownAddress(services, message, cause instanceof MalformedMessage ? cause.reply : undefined);
  if (address === undefined) {
    await deadLetter(services, queue, message, reasonOf(cause));
    return undefined;
  }
  if (!isExpected(error)) services.log.error('server failure', { error: cause.name }, cause);
  return { address, uniqueId: `${address.messageId}-failure`, result: null, failure: serializeFailure(cause) };
}

const answer = (request: RpcRequest, result: Json, failure: string | null): Answer | undefined =>
  request.reply && { address: request.reply, uniqueId: `${request.reply.messageId}-reply`, result, failure };
