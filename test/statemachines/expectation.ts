import type { HistoryEvent } from '#local/runner/history';
import { isJsonObject, parseJson, type Json, type JsonObject } from '#local/runner/json';
import { shown } from './conformance-cases.ts';

const SAME_EVERYWHERE = /^<(?:arn-\d+|name-\d+|date-\d+|token)>$/;

/** Values that one marker has stood for so far. */
export type Seen = Map<string, Json>;

/** The first difference between a value and an expectation with markers, or nothing. */
export function difference(
  expected: Json | undefined,
  actual: Json | undefined,
  seen: Seen,
  at = '',
): string | undefined {
  const unlike = (): string => `${at}: expected ${show(expected)}, was ${show(actual)}`;
  if (expected === '<any?>') return undefined;
  if (actual === undefined || expected === undefined) return actual === expected ? undefined : unlike();
  if (expected === '<any>') return undefined;
  if (typeof expected === 'string' && SAME_EVERYWHERE.test(expected)) {
    const known = seen.get(expected);
    if (known === undefined) seen.set(expected, actual);
    return known === undefined || known === actual ? undefined : unlike();
  }
  if (typeof expected === 'string' && /<arn-\d+>/.test(expected)) {
    const filled = expected.replace(/<arn-\d+>/g, (marker) => shown(seen.get(marker)));
    return filled === actual ? undefined : unlike();
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return unlike();
    return firstOf(expected.map((item, index) => () => difference(item, actual[index], seen, `${at}[${index}]`)));
  }
  if (!isJsonObject(expected)) return expected === actual || (expected === 0 && actual === 0) ? undefined : unlike();
  if ('<json>' in expected) {
    const parsed = typeof actual === 'string' ? parseJson(actual) : undefined;
    return parsed === undefined ? unlike() : difference(expected['<json>'], inPython(parsed), seen, `${at}<json>`);
  }
  if ('<re>' in expected) {
    return typeof actual === 'string' && new RegExp(shown(expected['<re>'])).test(actual) ? undefined : unlike();
  }
  if (!isJsonObject(actual)) return unlike();
  const open = '<others>' in expected;
  const keys = new Set([...Object.keys(expected), ...(open ? [] : Object.keys(actual))]);
  keys.delete('<others>');
  return firstOf([...keys].map((key) => () => difference(expected[key], actual[key], seen, `${at}/${key}`)));
}

/** The recorded functions were written in Python: what it calls stackTrace, Node calls trace. */
function inPython(value: Json): Json {
  if (!isJsonObject(value) || !('trace' in value)) return value;
  const { trace, ...rest } = value;
  return { ...rest, stackTrace: trace ?? null };
}

function firstOf(checks: (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const found = check();
    if (found !== undefined) return found;
  }
  return undefined;
}

function show(value: Json | undefined): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

/** An event as the cases write it: flat, with `prev`. */
export function flat(event: HistoryEvent): JsonObject {
  return { id: event.id, prev: event.previousEventId, type: event.type, ...event.details };
}

/** Compares in exactly this order, ids and previous ids included. */
export function strictDifference(expected: Json[], actual: JsonObject[], seen: Seen): string | undefined {
  for (const [index, event] of expected.entries()) {
    const found = difference(withoutInferred(event), actual[index], seen, `event ${index + 1}`);
    if (found !== undefined) return found;
  }
  return actual.length > expected.length ? `further events from ${show(actual[expected.length])}` : undefined;
}

/** Compares as a multiset; the order within a branch is kept by comparing what each event follows. */
export function interleavedDifference(expected: Json[], actual: JsonObject[], seen: Seen): string | undefined {
  const left = [...actual];
  for (const event of expected) {
    const wanted = withoutInferred(event);
    const place = left.findIndex(
      (candidate) =>
        difference(bare(wanted), bare(candidate), seen) === undefined &&
        difference(parentOf(wanted, expected), parentOf(candidate, actual), seen) === undefined,
    );
    if (place < 0) return `no event ${show(event)} after ${show(parentOf(wanted, expected))}`;
    left.splice(place, 1);
  }
  return left.length > 0 ? `further events: ${show(left)}` : undefined;
}

function withoutInferred(event: Json): JsonObject {
  if (!isJsonObject(event)) throw new Error('an expected event is no object');
  const { inferred: _, ...rest } = event;
  return rest;
}

function bare(event: JsonObject): JsonObject {
  const { id: _id, prev: _prev, ...rest } = event;
  return rest;
}

function parentOf(event: JsonObject, events: Json[]): Json {
  const parent = events.find((candidate) => isJsonObject(candidate) && candidate['id'] === event['prev']);
  if (event['prev'] === '<any>') return '<any>';
  return isJsonObject(parent) ? bare(withoutInferred(parent)) : null;
}
