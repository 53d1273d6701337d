import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { OBJECT_VERSIONS } from '#local/fleet/object-versions';
import { hostContext } from '#local/fleet/object-proxy';
import { applyUpdates, isMap, isWireObject, setFields } from '#wire/wire';
import type { Backlog, OutgoingMessage, Queues } from '#ports/queues';
import type { Json, JsonMap, WireObject } from '#ports/json';
import { parseEnvelope, requestEnvelope } from '#wire/envelope';
import type { ObjectServices } from '#object-rpc/object-call';
import { objectQueue } from '#object-rpc/object-queue';
import { CELL } from './worlds.ts';

/** An object call: its method and arguments. */
export interface ObjectCall {
  readonly method: string;
  readonly args: JsonMap;
  /** Who speaks. @default HOST */
  readonly host?: string | undefined;
}

/** The host that speaks, where no other is named. */
export const HOST = 'host1';

const REPLY_QUEUE = 'reply_bench';

/** Takes replies and keeps the last. */
class ReplyQueue implements Queues {
  batches = 0;
  messages = 0;
  last = '';

  send(_queue: string, message: OutgoingMessage): Promise<void> {
    return this.sendBatch('', [message]);
  }

  async sendBatch(_queue: string, messages: readonly OutgoingMessage[]): Promise<void> {
    this.batches += 1;
    this.messages += messages.length;
    this.last = messages.at(-1)?.body ?? '';
  }

  backlog(): Promise<Backlog> {
    return Promise.resolve({ waiting: 0, inFlight: 0 });
  }

  changeVisibility(): Promise<void> {
    return Promise.resolve();
  }
}

/** A host that calls the object function with events as SQS makes them. */
export class ObjectCaller {
  readonly replies = new ReplyQueue();
  readonly #services: ObjectServices;
  readonly #handler: (event: SQSEvent) => Promise<PromiseSettledResult<unknown>[]>;
  #made = 0;

  constructor(services: ObjectServices) {
    this.#services = { ...services, queues: this.replies };
    this.#handler = objectQueue(this.#services, CELL);
  }

  /** An event of these calls, in recorded form; every message has an id of its own. */
  event(calls: readonly ObjectCall[]): SQSEvent {
    return { Records: calls.map((call) => this.#record(call)) };
  }

  /** Has an event answered. @throws Error when a call was not answered */
  async handle(event: SQSEvent): Promise<void> {
    const before = this.replies.messages;
    const outcomes = await this.#handler(event);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    if (this.replies.messages - before !== event.Records.length) throw new Error('a call was not answered');
    if (this.replies.last.includes('"failure\\":\\"')) throw new Error(this.replies.last);
  }

  /** Makes one call and answers its result. */
  async ask(call: ObjectCall): Promise<Json> {
    await this.handle(this.event([call]));
    const reply = parseEnvelope(this.replies.last);
    if (reply.kind !== 'reply' || reply.failure !== null) throw new Error(`${call.method}: ${this.replies.last}`);
    return reply.result;
  }

  /** The object that a class method answers. */
  async object(name: string, method: string, args: Json[], kwargs: JsonMap = {}): Promise<WireObject> {
    const answer = await this.ask(classCall(name, method, args, kwargs));
    if (!isWireObject(answer)) throw new Error(`${name}.${method} answered no object`);
    return answer;
  }

  /** The object after its method ran. */
  async after(object: WireObject, method: string, host?: string): Promise<WireObject> {
    const answer = await this.ask({ ...actionCall(object, method), host });
    const [updates] = Array.isArray(answer) ? answer : [];
    if (!isMap(updates)) throw new Error(`${method} answered no updates`);
    return applyUpdates(object, updates);
  }

  #record({ method, args, host = HOST }: ObjectCall): SQSRecord {
    const { clock, ids } = this.#services;
    this.#made += 1;
    const body = requestEnvelope({
      method,
      args,
      version: '3.0',
      context: hostContext(ids, clock),
      uniqueId: ids.uuid(),
      reply: { queue: REPLY_QUEUE, messageId: ids.uuid().replaceAll('-', '') },
      timeout: 60,
    });
    const now = String(clock.now());
    return {
      messageId: String(this.#made),
      receiptHandle: String(this.#made),
      body,
      attributes: {
        ApproximateReceiveCount: '1',
        ApproximateFirstReceiveTimestamp: now,
        SentTimestamp: now,
        SenderId: '000000000000',
      },
      messageAttributes: { sender: { dataType: 'String', stringValue: `host:${host}` } },
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:bench',
      awsRegion: 'us-east-1',
    };
  }
}

/** A call of a class method by a host of release 26. */
export const classCall = (objname: string, objmethod: string, args: Json[], kwargs: JsonMap = {}): ObjectCall => ({
  method: 'object_class_action_versions',
  args: { objname, objmethod, object_versions: { ...OBJECT_VERSIONS[objname] }, args, kwargs },
});

/** A call of an object's own method, with fields set before. */
export const actionCall = (
  object: WireObject,
  objmethod: string,
  fields: JsonMap = {},
  kwargs: JsonMap = {},
): ObjectCall => ({
  method: 'object_action',
  args: { objinst: Object.keys(fields).length > 0 ? setFields(object, fields) : object, objmethod, args: [], kwargs },
});
