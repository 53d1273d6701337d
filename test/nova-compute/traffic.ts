import type { Queues } from '#ports/queues';
import type { FunctionUrls } from '#local/fleet/direct-way';
import type { Platform } from '#local/emulation/world';
import type { RecordSource } from '#local/emulation/event-source';
import { MalformedMessage, parseEnvelope, type RpcReply, type RpcRequest } from '#wire/envelope';
import { MAX_PAYLOAD_BYTES } from '#wire/payload-pointer';
import { mapOf, textOf } from '#wire/reading';

/** How often a method was called, and how its errors were called. */
export interface MethodCount {
  readonly method: string;
  calls: number;
  readonly errors: Map<string, number>;
}

/** Counts what computes ask of the conductor, and what the conductor and the API order computes. */
export class Traffic {
  readonly asked = new Map<string, MethodCount>();
  readonly ordered = new Map<string, MethodCount>();
  readonly #waiting = new Map<string, MethodCount>();

  /** The same platform, whose messages are counted. */
  watch<P extends Platform>(platform: P): P {
    return {
      ...platform,
      source: (queue: string) => this.#watchSource(platform.source(queue)),
      adapters: { ...platform.adapters, queues: this.#watchQueues(platform.adapters.queues) },
    };
  }

  /** The same function URLs, whose calls are counted. */
  watchUrls(urls: FunctionUrls): Pick<FunctionUrls, 'as'> {
    return {
      as: (sender) => {
        const calls = urls.as(sender);
        return {
          post: async (url, body) => {
            this.#took(read(body));
            const answer = await calls.post(url, body);
            this.#sent('', read(answer.body));
            return answer;
          },
        };
      },
    };
  }

  #watchSource(source: RecordSource): RecordSource {
    return {
      ...source,
      receive: async (...how) => {
        const records = await source.receive(...how);
        for (const { body } of records) this.#took(read(body));
        return records;
      },
    };
  }

  #watchQueues(queues: Queues): Queues {
    return {
      send: (queue, message) => {
        this.#sent(queue, read(message.body));
        return queues.send(queue, message);
      },
      sendBatch: (queue, messages) => {
        for (const { body } of messages) this.#sent(queue, read(body));
        return queues.sendBatch(queue, messages);
      },
      backlog: (queue) => queues.backlog(queue),
      changeVisibility: (...message) => queues.changeVisibility(...message),
    };
  }

  #took(message: RpcRequest | RpcReply | undefined): void {
    if (message?.kind !== 'request') return;
    const { reply } = message;
    // One that came again, or by its second way.
    if (reply !== undefined && this.#waiting.has(reply.messageId)) return;
    const counted = count(this.asked, nameOf(message));
    if (reply !== undefined) this.#waiting.set(reply.messageId, counted);
  }

  #sent(queue: string, message: RpcRequest | RpcReply | undefined): void {
    if (message?.kind === 'request' && queue.includes('-host-')) count(this.ordered, message.method);
    if (message?.kind !== 'reply') return;
    const counted = this.#waiting.get(message.messageId);
    if (counted === undefined || message.failure === null) return;
    const failed = textOf(mapOf(JSON.parse(message.failure))['class']) ?? 'unknown';
    counted.errors.set(failed, (counted.errors.get(failed) ?? 0) + 1);
  }
}

/** For instance `Instance.save`, or the method of a namespace without objects. */
function nameOf({ method, args }: RpcRequest): string {
  const objinst = mapOf(args['objinst']);
  const object = textOf(args['objname']) ?? textOf(objinst['nova_object.name']);
  const called = textOf(args['objmethod']);
  if (object !== undefined && called !== undefined) return `${object}.${called}`;
  return object === undefined ? method : `${method} (${object})`;
}

function count(counts: Map<string, MethodCount>, method: string): MethodCount {
  const counted = counts.get(method) ?? { method, calls: 0, errors: new Map<string, number>() };
  counted.calls += 1;
  counts.set(method, counted);
  return counted;
}

/** Nothing for a pointer or what is no message. */
function read(body: string): RpcRequest | RpcReply | undefined {
  if (body.startsWith('[')) return undefined;
  try {
    return parseEnvelope(body, MAX_PAYLOAD_BYTES);
  } catch (error) {
    if (error instanceof MalformedMessage) return undefined;
    throw error;
  }
}
