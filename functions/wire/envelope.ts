import type { RequestContext } from '#ports/context';
import type { Json, JsonMap } from '#ports/json';
import { valuesOf } from './value-count.ts';

/** A message may hold at most this many bytes, as SQS counts them. */
const MAX_MESSAGE_BYTES = 1_048_576;

/**
 * Values are no shorter than this on the average: a message of nothing but brackets takes a hundred times its own size.
 */
const BYTES_OF_A_VALUE = 10;

/** Deeper nesting than any object of Nova needs; keeps recursive readers from running out of stack. */
const MAX_DEPTH = 64;

/** A request as it came in: a call when both `messageId` and `replyQueue` are there, else a cast. */
export interface RpcRequest {
  readonly kind: 'request';
  readonly method: string;
  readonly namespace: string | null;
  readonly version: string;
  readonly args: JsonMap;
  readonly context: RequestContext;
  readonly uniqueId: string | undefined;
  readonly reply: ReplyAddress | undefined;
  /** Seconds that the caller waits. */
  readonly timeout: number | undefined;
}

/** Where the caller of a call waits. */
export interface ReplyAddress {
  readonly queue: string;
  readonly messageId: string;
}

/** The answer to a call of ours. */
export interface RpcReply {
  readonly kind: 'reply';
  readonly messageId: string;
  readonly result: Json;
  /** JSON text of oslo's failure form, null on success. */
  readonly failure: string | null;
}

/** A message that is no oslo.messaging envelope; it belongs into the dead-letter queue with this reason. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage' as const;
  /** There when the broken message is a call, whose caller deserves to hear of it. */
  readonly reply: ReplyAddress | undefined;

  constructor(reason: string, reply?: ReplyAddress) {
    super(reason);
    this.reply = reply;
  }
}

/**
 * Reads an oslo.messaging envelope, wrapped (`oslo.version`, `oslo.message`) or bare.
 *
 * @param mostBytes - more than a queue takes, where the message lay elsewhere
 * @throws MalformedMessage with what is wrong
 */
export function parseEnvelope(body: string, mostBytes = MAX_MESSAGE_BYTES): RpcRequest | RpcReply {
  if (Buffer.byteLength(body) > mostBytes)
    throw new MalformedMessage(`message is larger than ${mostBytes.toLocaleString('en')} bytes`);
  const most = mostBytes / BYTES_OF_A_VALUE;
  const outer = parseMap(body, 'body', most);
  const message = Object.hasOwn(outer, 'oslo.message') ? unwrap(outer, most) : outer;
  const reply = replyAddress(message);
  if (depthExceeds(message, MAX_DEPTH)) throw new MalformedMessage(`message is nested deeper than ${MAX_DEPTH}`, reply);
  if (!Object.hasOwn(message, 'method')) return parseReply(message);

  const { method, args = {}, namespace = null, version = '1.0' } = message;
  if (typeof method !== 'string') throw new MalformedMessage('method is not a text', reply);
  if (!isMap(args)) throw new MalformedMessage('args is not a map', reply);
  if (namespace !== null && typeof namespace !== 'string') throw new MalformedMessage('namespace is not a text', reply);
  if (typeof version !== 'string' || !/^\d+(\.\d+)*$/.test(version))
    throw new MalformedMessage(`version ${JSON.stringify(version)} is not a dotted number`, reply);
  return {
    kind: 'request',
    method,
    namespace,
    version,
    args,
    context: parseContext(message),
    uniqueId: typeof message['_unique_id'] === 'string' ? message['_unique_id'] : undefined,
    reply,
    timeout: typeof message['_timeout'] === 'number' ? message['_timeout'] : undefined,
  };
}

/** What goes into an envelope. */
export interface OutgoingRequest {
  readonly method: string;
  readonly args: JsonMap;
  readonly context: RequestContext;
  readonly version: string;
  readonly namespace?: string | undefined;
  readonly uniqueId: string;
  readonly reply?: ReplyAddress | undefined;
  readonly timeout?: number | undefined;
}

/** The wrapped envelope of a request, in oslo.messaging's order of keys. */
export function requestEnvelope(request: OutgoingRequest): string {
  const message: JsonMap = { method: request.method, args: request.args };
  if (request.namespace !== undefined) message['namespace'] = request.namespace;
  message['version'] = request.version;
  if (request.reply !== undefined) {
    message['_msg_id'] = request.reply.messageId;
    message['_reply_q'] = request.reply.queue;
    message['_timeout'] = request.timeout ?? null;
  }
  message['_unique_id'] = request.uniqueId;
  for (const [name, value] of Object.entries(request.context)) message[`_context_${name}`] = value;
  return wrap(message);
}

/** The wrapped envelope of an answer; `failure` is JSON text of oslo's failure form or null. */
export function replyEnvelope(messageId: string, uniqueId: string, result: Json, failure: string | null): string {
  return wrap({ result, failure, ending: true, _msg_id: messageId, _unique_id: uniqueId });
}

const wrap = (message: JsonMap): string =>
  JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': escaped(JSON.stringify(message)) });

/**
 * SQS takes no U+FFFE and no U+FFFF, which a user's text may have; the other characters that it refuses are escaped in
 * all JSON (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html).
 */
const escaped = (json: string): string =>
  json.replaceAll(/[\uFFFE\uFFFF]/gu, (character) => `\\u${character.charCodeAt(0).toString(16)}`);

function unwrap(outer: JsonMap, most: number): JsonMap {
  const version = outer['oslo.version'];
  if (typeof version !== 'string' || !version.startsWith('2.'))
    throw new MalformedMessage(`oslo.version ${JSON.stringify(version)} is not 2.x`);
  const inner = outer['oslo.message'];
  if (typeof inner !== 'string') throw new MalformedMessage('oslo.message is not a text');
  return parseMap(inner, 'oslo.message', most);
}

function parseMap(text: string, what: string, most: number): JsonMap {
  if (valuesOf(text) > most) throw new MalformedMessage(`${what} has more than ${Math.floor(most)} values`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new MalformedMessage(`${what} is not JSON`);
  }
  if (!isMap(value)) throw new MalformedMessage(`${what} is not a JSON object`);
  return value;
}

function parseReply(message: JsonMap): RpcReply {
  const messageId = message['_msg_id'];
  if (typeof messageId !== 'string' || !(Object.hasOwn(message, 'result') || Object.hasOwn(message, 'failure')))
    throw new MalformedMessage('neither a request (method) nor a reply (_msg_id with result or failure)');
  const failure = message['failure'] ?? null;
  if (failure !== null && typeof failure !== 'string') throw new MalformedMessage('failure is not a text');
  return { kind: 'reply', messageId, result: message['result'] ?? null, failure };
}

function replyAddress(message: JsonMap): ReplyAddress | undefined {
  const { _msg_id: messageId, _reply_q: queue } = message;
  return typeof messageId === 'string' && typeof queue === 'string' ? { queue, messageId } : undefined;
}

function parseContext(message: JsonMap): RequestContext {
  const context: RequestContext = {
    request_id: '',
    user_id: null,
    project_id: null,
    is_admin: false,
    read_deleted: 'no',
    timestamp: '',
  };
  for (const [name, value] of Object.entries(message))
    if (name.startsWith('_context_')) setOwn(context, name.slice('_context_'.length), value);
  if (typeof context.request_id !== 'string') throw new MalformedMessage('_context_request_id is not a text');
  return context;
}

/** A key such as `__proto__` becomes a plain property and nothing else. */
const setOwn = (map: JsonMap, name: string, value: Json): void => {
  Object.defineProperty(map, name, { value, enumerable: true, writable: true, configurable: true });
};

const isMap = (value: unknown): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Looks at nesting without recursion, since the depth is what is in doubt, and one value at a time. */
function depthExceeds(root: Json, limit: number): boolean {
  const waiting: [value: Json, depth: number][] = [[root, 0]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [value, depth] = next;
    if (depth > limit) return true;
    if (typeof value !== 'object' || value === null) continue;
    for (const each of Object.values(value))
      if (typeof each === 'object' && each !== null) waiting.push([each, depth + 1]);
  }
  return false;
}
