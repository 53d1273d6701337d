import { NovaError } from '#errors';
import { FENCING } from '#records/items/fence';
import type { Json } from '#ports/json';
import type { Log } from '#ports/log';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { afterWrite } from './after-write.ts';
import { cellQueue } from '#ports/host-queue';
import { hostsInCell } from '#records/hosts/host-cell';
import { NoCellTargeted } from '#records/cell-table';
import type { Cell, Records } from '#records/method';
import { notifyQuietly, type NotificationEvent } from '#records/notify';
import { settleCall } from '#operations/waiting-call';
import { conductorBase, isExpected } from './base-namespace.ts';
import { methodsOf } from './registry.ts';
import type { Delivery } from '#rpc/delivery';
import { outcomeOf, requestFields, type RequestMetrics } from '#rpc/request-metrics';
import { dispatch } from '#rpc/dispatch';
import { MalformedMessage, type RpcRequest } from '#wire/envelope';
import { checkIncoming } from '#wire/incoming';
import { isFinal, reasonOf, serializeFailure } from '#wire/failure';
import { readMessage } from '#wire/payload-pointer';
import type { Answer } from '#wire/replies';
import { mustBeKnown, mustNotBeFencer, ownAddress, type Identified } from '#rpc/sender';

/**
 * An object call has one object: a payload of more would not fit into the function's
 * memory, read some eight times over.
 */
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

/** Where a message came in. */
export interface EventSource {
  /** The cell that it reaches; undefined at API level. */
  readonly cell: Cell | undefined;
  /** Whether it came by the function URL of the cell, and not by its queue. */
  readonly direct: boolean;
}

/** The conductor queue of a cell, or of the API level. */
export const queueOf = (cell: Cell | undefined): string => (cell ? cellQueue(cell.name) : 'conductor');

/** A call with its answer. */
export interface Answered {
  readonly kind: 'answered';
  readonly answer: Answer;
  /** Why it is to come again although it is answered: what follows from its write could not be completed. */
  readonly again?: unknown;
}

/** What came of a message: an answer for its caller, nothing, or the reason why nobody can make anything of it. */
export type Served =
  | Answered
  | { readonly kind: 'done' }
  | { readonly kind: 'unreadable'; readonly reason: string; readonly log: Log };

/**
 * Serves one message to the conductor, whichever way it came: a call, a cast, or the answer to a call of ours.
 *
 * @throws what is no final failure: the same message, sent again, may succeed
 */
export async function serveMessage(
  services: ObjectServices,
  source: EventSource,
  message: Identified,
  metrics: RequestMetrics,
): Promise<Served> {
  const { cell } = source;
  const start = services.clock.now();
  let request: RpcRequest | undefined;
  try {
    mustBeKnown(message);
    const envelope = await readMessage(services, message, MOST_PAYLOAD_BYTES);
    if (envelope.kind === 'reply') {
      if (source.direct) throw new MalformedMessage('an answer to a call of the conductor goes to its queue');
      const settled = mayAnswer(services, message) && (await settleCall(services, envelope, message.hosts));
      if (!settled) services.log.count('unexpected_replies', { queue: queueOf(cell) });
      return DONE;
    }
    request = { ...envelope, reply: ownAddress(services, message, envelope.reply) };
    checkIncoming(request.args, request);
    const hosts = await ownHosts(services, cell, message);
    if (isExpired(services, message, request) && !(await isHalfDone(services, cell, request, hosts))) {
      services.log.count('expired_calls', { method: request.method });
      return DONE;
    }
    const speaker = { hosts, fencer: message.fencer, sentAt: message.sentAt };
    const done = await carryOut(services, source, request, speaker);
    metrics.note(request.method, 'done', services.clock.now() - start);
    return answered(request, done);
  } catch (error) {
    metrics.note(request?.method ?? 'none', outcomeOf(error), services.clock.now() - start);
    const log = request === undefined ? services.log : services.log.with(requestFields(request, cell));
    return refused({ ...services, log }, message, request, error);
  }
}

const DONE: Served = { kind: 'done' };

/** The sender's hosts in this cell. Where no principals are heard, senders are who they say, wherever they are. */
const ownHosts = async (services: ObjectServices, cell: Cell | undefined, { hosts }: Identified) =>
  hosts === undefined || !services.config.requirePrincipals ? hosts : hostsInCell(services, hosts, cell);

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
  source: EventSource,
  request: RpcRequest,
  speaker: Speaker,
): Promise<Done> {
  if (request.namespace !== FENCING) mustNotBeFencer(speaker.fencer);
  try {
    return await runIn(services, source, request, speaker);
  } catch (error) {
    const cause = isExpected(error) ? error.cause : error;
    if (!(cause instanceof NoCellTargeted)) throw error;
    const buried = await buriedIn(services, request, speaker.hosts);
    if (buried === undefined) throw error;
    return runIn(services, { ...source, cell: buried }, request, speaker);
  }
}

/** A method that was run. */
interface Done extends Pick<Answered, 'again'> {
  readonly result: Json;
}

async function runIn(
  services: ObjectServices,
  { cell, direct }: EventSource,
  request: RpcRequest,
  { hosts, fencer, sentAt }: Speaker,
): Promise<Done> {
  const written: { readonly item: Item; readonly columns: readonly string[] | undefined }[] = [];
  const ends: (() => Promise<void>)[] = [];
  const events: NotificationEvent[] = [];
  const records: Records = {
    ...services,
    context: request.context,
    ...(cell ? { cell } : {}),
    ...(request.uniqueId === undefined ? {} : { writer: request.uniqueId, sentAt }),
    ...(hosts === undefined ? {} : { hosts }),
    ...(fencer === undefined ? {} : { fencer }),
    ...(request.reply === undefined ? {} : { process: request.reply.queue }),
    direct,
    written: (item, columns) => written.push({ item, columns }),
    last: (end) => ends.push(end),
    notices: { config: services.config, add: (event) => events.push(event) },
  };
  const run = () => dispatch(conductorBase, request)(records, request.args);
  const result = hosts === undefined && !direct ? await publishersCall(records, request, run) : await run();
  try {
    if (cell) for (const { item, columns } of written) await afterWrite(services, cell, item, columns);
    for (const end of ends) await end();
  } catch (error) {
    // What is written is written: a service that refuses what follows from it is mended by its operator meanwhile.
    if (request.reply === undefined || (isFinal(error) && !(error instanceof NovaError))) throw error;
    services.log.warn('answered before what follows is done', {
      ...requestFields(request, cell),
      error: String(error),
    });
    return { result, again: error };
  }
  for (const event of events) await notifyQuietly(services, event);
  return { result };
}

/** A publisher's call of an object's method, which comes by a queue, is carried out once. */
const publishersCall = async (records: Records, { args }: RpcRequest, run: () => Promise<Json>): Promise<Json> =>
  args['objmethod'] === undefined
    ? run()
    : (await import('./remembered-calls.ts')).onlyOnce(records, args, methodsOf, run);

/** A call older than its own timeout has no caller any more. */
const isExpired = ({ clock }: ObjectServices, { sentAt }: Delivery, { timeout }: RpcRequest): boolean =>
  timeout !== undefined && clock.now() - sentAt > timeout * 1000;

/** Whether it has destroyed a server, which may hold something still: nobody else gives that back. */
async function isHalfDone(
  services: ObjectServices,
  target: Cell | undefined,
  request: RpcRequest,
  hosts: readonly string[] | undefined,
): Promise<boolean> {
  if (request.method !== 'object_action' || request.args['objmethod'] !== 'destroy') return false;
  const cell = target ?? (await buriedIn(services, request, hosts));
  if (cell === undefined) return false;
  const { hasDestroyed } = await import('./has-destroyed.ts');
  return hasDestroyed(services, cell, request);
}

/** The cell of a publisher's call that was sent to none: cell0, where it is about servers that lie there. */
async function buriedIn(
  services: ObjectServices,
  request: RpcRequest,
  hosts: readonly string[] | undefined,
): Promise<Cell | undefined> {
  if (hosts !== undefined) return undefined;
  const { cellOfBuried } = await import('./buried-instance.ts');
  return cellOfBuried(services, request);
}

function refused(
  services: ObjectServices,
  message: Identified,
  request: RpcRequest | undefined,
  error: unknown,
): Served {
  const cause = isExpected(error) ? error.cause : error;
  if (!isFinal(cause)) throw cause;
  const address =
    request?.reply ?? ownAddress(services, message, cause instanceof MalformedMessage ? cause.reply : undefined);
  if (address === undefined) return { kind: 'unreadable', reason: reasonOf(cause), log: services.log };
  if (!isExpected(error)) services.log.error('server failure', { error: cause.name }, cause);
  const uniqueId = `${address.messageId}-failure`;
  return { kind: 'answered', answer: { address, uniqueId, result: null, failure: serializeFailure(cause) } };
}

function answered({ reply: address }: RpcRequest, { result, again }: Done): Served {
  if (address === undefined) return DONE;
  const answer = { address, uniqueId: `${address.messageId}-reply`, result, failure: null };
  return { kind: 'answered', answer, again };
}
