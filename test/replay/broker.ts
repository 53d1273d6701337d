import type { Json, JsonMap } from '#ports/json';
import { methodName } from './recorded-case.ts';
import { mapOf } from './recorded-file.ts';
import { plainText } from '#records/reading';

/** Requests to the conductor among what a broker saw: without databases there is nothing to replay them on. */
export function brokerRequests(line: JsonMap): { readonly name: string; readonly reason: string }[] {
  const keys = Array.isArray(line['routing_keys']) ? line['routing_keys'].map(String) : [];
  if (!keys.some((key) => key === 'conductor' || key.startsWith('conductor.'))) return [];
  const envelope: Json = JSON.parse(plainText(line['body']));
  const text = mapOf(envelope)['oslo.message'];
  if (typeof text !== 'string') return [];
  const message: Json = JSON.parse(text);
  const { method, args, namespace } = mapOf(message);
  if (typeof method !== 'string' || namespace === 'compute_task') return [];
  const name = `${typeof namespace === 'string' ? namespace : 'base'}.${methodName({ method, args: mapOf(args) })}`;
  return [{ name, reason: 'no recorded databases' }];
}
