import { setFields } from '#wire/wire';
import type { Json, JsonMap, WireObject } from '#ports/json';
import { objectAction } from '#object-rpc/dispatch';
import { ExpectedError } from '#wire/failure';
import type { Records } from '#records/method';
import { fieldsOf, listOf, mapOf, textsOf } from '#wire/reading';
import { mustBeWire } from '#wire/wire-object';
import { pick, updatesOf, type Held, type Ruling } from './instance-rules.ts';

/** A client's own copy of the instance: as it lies on the wire, and as the rules know it. */
export interface Client {
  readonly wire: WireObject;
  readonly held: Held;
}

/** Sets fields, and the networks inside of the info cache, as a client does before a call. */
export function changed({ wire, held }: Client, fields: JsonMap, network: string | null): Client {
  const marked = Object.keys(fields).length === 0 ? wire : setFields(wire, fields);
  const dirty = new Set([...held.dirty, ...Object.keys(fields)]);
  const after = { ...held, fields: { ...held.fields, ...fields }, dirty };
  if (network === null) return { wire: marked, held: after };
  const cache = mustBeWire(fieldsOf(marked)['info_cache'], 'the info cache');
  return {
    wire: setFields(marked, { info_cache: setFields(cache, { network_info: network }) }),
    held: { ...after, dirty: new Set([...dirty, 'info_cache']), networks: network, networksDirty: true },
  };
}

/** The object without a field. */
export function lacking({ wire, held }: Client, name: 'host' | 'id'): Client {
  const { [name]: _unset, ...data } = wire['nova_object.data'];
  const dirty = textsOf(wire['nova_object.changes']).filter((each) => each !== name);
  const { [name]: _gone, ...fields } = held.fields;
  return {
    wire: { ...wire, 'nova_object.data': data, 'nova_object.changes': dirty },
    held: { ...held, fields, dirty: new Set([...held.dirty].filter((each) => each !== name)) },
  };
}

/** What a call came to, in the form of the rules. */
export interface Answer {
  readonly updates?: JsonMap;
  readonly result?: Json;
  readonly error?: { readonly name: string; readonly params: JsonMap };
}

/** The answer that the rules give. */
export function answerOf(sent: Held, { held, error }: Ruling): Answer {
  if (error !== undefined) return { error: { name: error.name, params: error.params ?? {} } };
  const { updated_at: _time, ...updates } = updatesOf(sent, held);
  return { updates, result: null };
}

/** A value as it comes out of a message. */
export const received = (value: Json): Json => JSON.parse(JSON.stringify(value));

/** Calls a method of the object as a client does; `raw` is what it has to take over. */
export async function asked(records: Records, objinst: WireObject, objmethod: string, kwargs: JsonMap) {
  try {
    const reply = await objectAction(records, { objinst, objmethod, args: [], kwargs });
    const [updates, result] = listOf(received(reply));
    return { raw: mapOf(updates), answer: { updates: comparable(mapOf(updates)), result: result ?? null } };
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    const { name } = error.cause;
    const cause = mapOf(JSON.parse(JSON.stringify(error.cause)));
    const params = pick(mapOf(cause['params']), ['instance_uuid', 'expected', 'actual', 'action', 'reason']);
    return { raw: undefined, answer: { error: { name, params: name === 'InstanceNotFound' ? {} : params } } };
  }
}

/** Updates without `updated_at`, which Nova answers as it was before (docs/parity.md). */
function comparable({ updated_at: _time, info_cache, obj_what_changed, ...updates }: JsonMap): JsonMap {
  return {
    ...updates,
    info_cache: {
      networks: fieldsOf(info_cache)['network_info'] ?? null,
      dirty: textsOf(mapOf(info_cache)['nova_object.changes']).includes('network_info'),
    },
    obj_what_changed: textsOf(obj_what_changed).toSorted(),
  };
}
