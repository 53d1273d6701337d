import { MessagingTimeout } from '#errors';
import type { Clock } from '#ports/clock';
import type { DirectAnswer } from '#ports/direct-calls';
import type { RequestContext } from '#ports/context';
import type { Ids } from '#ports/ids';
import { replyPrefix } from '#ports/reply-queue';
import type { Json, JsonMap } from '#ports/json';
import { parseEnvelope, requestEnvelope, type RpcReply } from '#wire/envelope';
import { MAX_PAYLOAD_BYTES } from '#wire/payload-pointer';
import type { Bus, Reader } from './bus.ts';
import { remoteFailure } from '#wire/remote-failure';

/** A method as it is sent. */
export interface RpcMessage {
  readonly queue: string;
  readonly namespace?: string | undefined;
  readonly version: string;
  readonly method: string;
  readonly args: JsonMap;
  readonly context: RequestContext;
  /** Known by it when sent again; made up when absent. */
  readonly uniqueId?: string | undefined;
}

/** What an RpcCaller works with. */
export interface CallerPorts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Posts a message to the function URL by which a queue is reached as well; undefined for a queue that has none. */
export type DirectWay = (queue: string) => ((body: string) => Promise<DirectAnswer>) | undefined;

/** How an RpcCaller behaves. */
export interface CallerOptions {
  /** Who sends, where queues do not say it themselves: the message attribute `sender`. */
  readonly principal?: string | undefined;
  /** Seconds that a call waits when it does not say. @default 60 */
  readonly timeoutSeconds?: number | undefined;
  /** By which way calls are tried before their queue. @default none */
  readonly direct?: DirectWay | undefined;
}

/** The caller is closed: it sends nothing more, and waits for nothing. */
export class CallerClosed extends Error {
  override readonly name = 'CallerClosed' as const;
}

interface Waiting {
  readonly resolve: (result: Json) => void;
  readonly reject: (error: Error) => void;
  readonly cancelTimer: () => void;
}

/** Sends casts and calls, and waits for the answers on a reply queue of its own. */
export class RpcCaller {
  /** Name of the reply queue, without the deployment's prefix. */
  readonly replyQueue: string;
  readonly #ports: CallerPorts;
  readonly #options: CallerOptions;
  readonly #waiting = new Map<string, Waiting>();
  #opened: Promise<Reader> | undefined;
  #closed = false;

  constructor(ports: CallerPorts, options: CallerOptions = {}) {
    this.#ports = ports;
    this.#options = options;
    const process = hex(ports.ids);
    const { principal } = options;
    this.replyQueue = principal === undefined ? `reply_${process}` : `${replyPrefix(principal)}${process.slice(0, 12)}`;
  }

  /** Sends a message that nobody answers. */
  async cast(message: RpcMessage): Promise<void> {
    await this.#send(message, undefined, undefined);
  }

  /**
   * Sends a message and answers its result.
   *
   * @param timeoutSeconds - put on the message when given, so that a late one is dropped unanswered
   * @throws MessagingTimeout when no reply came in time
   * @throws RemoteError or an error of the catalogue when the method failed
   * @throws CallerClosed when this caller is closed, before or meanwhile
   */
  async call(message: RpcMessage, timeoutSeconds?: number): Promise<Json> {
    if (this.#closed) throw new CallerClosed('the caller is closed');
    await this.#open();
    const messageId = hex(this.#ports.ids);
    const answer = this.#await(messageId, timeoutSeconds ?? this.#options.timeoutSeconds ?? 60);
    // It may be given up while the message is still being sent; whoever called hears of it afterwards.
    answer.catch(() => undefined);
    try {
      await this.#send(message, messageId, timeoutSeconds);
    } catch (error) {
      this.#take(messageId)?.reject(error instanceof Error ? error : new Error(String(error)));
    }
    return answer;
  }

  /** Gives up the calls in progress and deletes the reply queue; nothing is sent from now on. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const id of this.#waiting.keys()) this.#take(id)?.reject(new CallerClosed('the caller was closed'));
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened === undefined) return;
    await (await opened).stop();
    await this.#ports.bus.deleteQueue(this.replyQueue);
  }

  #open(): Promise<Reader> {
    this.#opened ??= this.#openQueue().catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  async #openQueue(): Promise<Reader> {
    await this.#ports.bus.createQueue(this.replyQueue);
    return this.#ports.bus.read(this.replyQueue, async (message) => void this.#receive(message.body));
  }

  #await(messageId: string, seconds: number): Promise<Json> {
    return new Promise((resolve, reject) => {
      const cancelTimer = this.#ports.clock.timer(seconds * 1000, () => {
        this.#take(messageId)?.reject(new MessagingTimeout({ message_id: messageId }));
      });
      this.#waiting.set(messageId, { resolve, reject, cancelTimer });
    });
  }

  /**
   * A reply that nobody waits for any more is dropped: its call has timed out, or it came twice.
   * @returns whether it is one
   */
  #receive(body: string): boolean {
    const reply = readReply(body);
    if (reply === undefined) return false;
    const waiting = this.#take(reply.messageId);
    if (reply.failure === null) waiting?.resolve(reply.result);
    else waiting?.reject(remoteFailure(reply.failure));
    return true;
  }

  /** Whether a call is served, its answer here or on its way; otherwise the queue takes it, under the same ids. */
  async #askDirectly(post: () => Promise<DirectAnswer>): Promise<boolean> {
    try {
      const { status, body } = await post();
      return status === 200 ? this.#receive(body) : status > 200 && status < 300;
    } catch {
      return false;
    }
  }

  #take(messageId: string): Waiting | undefined {
    const waiting = this.#waiting.get(messageId);
    this.#waiting.delete(messageId);
    waiting?.cancelTimer();
    return waiting;
  }

  async #send(message: RpcMessage, messageId: string | undefined, timeout: number | undefined): Promise<void> {
    if (this.#closed) throw new CallerClosed('the caller is closed');
    const { queue, uniqueId, ...request } = message;
    const reply = messageId === undefined ? undefined : { queue: this.replyQueue, messageId };
    const body = requestEnvelope({ ...request, uniqueId: uniqueId ?? hex(this.#ports.ids), reply, timeout });
    const { principal, direct } = this.#options;
    const post = messageId === undefined ? undefined : direct?.(queue);
    if (post !== undefined && (await this.#askDirectly(() => post(body)))) return;
    await this.#ports.bus.send(queue, principal === undefined ? { body } : { body, attributes: { sender: principal } });
  }
}

const hex = (ids: Ids): string => ids.uuid().replaceAll('-', '');

/** Undefined for what is no reply: the queue is ours alone, so there is nobody to answer. */
function readReply(body: string): RpcReply | undefined {
  try {
    const message = parseEnvelope(body, MAX_PAYLOAD_BYTES);
    return message.kind === 'reply' ? message : undefined;
  } catch {
    return undefined;
  }
}
