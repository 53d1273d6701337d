import type { Json, JsonMap } from '#ports/json';
import { plainText } from '#wire/reading';
import { methodName, type RecordedReply } from './recorded-case.ts';
import { mapOf } from './recorded-file.ts';

/** A request to the conductor as it was published. */
export interface PublishedRequest {
  readonly name: string;
  /** The bytes as sent. */
  readonly body: string;
  readonly message: JsonMap;
}

/** The request to the conductor that a broker saw, undefined for everything else. */
export function publishedRequest(line: JsonMap): PublishedRequest | undefined {
  const keys = Array.isArray(line['routing_keys']) ? line['routing_keys'].map(String) : [];
  if (!keys.some((key) => key === 'conductor' || key.startsWith('conductor.'))) return undefined;
  const body = plainText(line['body']);
  const envelope: Json = JSON.parse(body);
  const text = mapOf(envelope)['oslo.message'];
  const inner: Json = typeof text === 'string' ? JSON.parse(text) : envelope;
  const message = mapOf(inner);
  return typeof message['method'] === 'string' ? { name: nameOf(message), body, message } : undefined;
}

/** The answer that a broker saw, with the id of the request that it is for; undefined for everything else. */
export function publishedReply(line: JsonMap): { readonly to: string; readonly reply: RecordedReply } | undefined {
  const body: Json = JSON.parse(plainText(line['body']));
  const text = mapOf(body)['oslo.message'];
  const inner: Json = typeof text === 'string' ? JSON.parse(text) : null;
  const { _msg_id: to, result, failure = null } = mapOf(inner);
  if (typeof to !== 'string' || result === undefined) return undefined;
  const parsed: Json = typeof failure === 'string' ? JSON.parse(failure) : failure;
  return { to, reply: { result, failure: parsed === null ? null : mapOf(parsed) } };
}

/** A request of a scenario, as a broker would carry it. */
export function asPublished(message: JsonMap): PublishedRequest {
  const body = JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': JSON.stringify(message) });
  return { name: nameOf(message), body, message };
}

/** What the request is, as the report names it. */
function nameOf({ method = '', args, namespace }: JsonMap): string {
  const called = { method: plainText(method), args: mapOf(args) };
  const space = typeof namespace === 'string' ? namespace : 'base';
  return `${space}.${space === 'compute_task' ? called.method : methodName(called)}`;
}
