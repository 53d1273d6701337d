import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Condition } from '#ports/conditions';
import { indexAttribute } from '#ports/index-attribute';
import type { Query, Update } from '#ports/tables';
import type { Stored, StoredUpdate } from '../packing/packed-item.ts';
import { LATEST, SENT_SLOTS, WRITER_SLOTS, writerMark } from '../writer-slots.ts';
import { encode } from './items.ts';

/** Operands of one IN list that the service takes. */
const MOST_OPERANDS = 100;

/** Collects the names and values that the expressions of one request stand for. */
export class Placeholders {
  readonly names: Record<string, string> = {};
  readonly values: Record<string, AttributeValue> = {};
  readonly #known = new Map<string, string>();
  #count = 0;

  name(attribute: string): string {
    const known = this.#known.get(attribute);
    if (known !== undefined) return known;
    const placeholder = `#${this.#known.size}`;
    this.#known.set(attribute, placeholder);
    this.names[placeholder] = attribute;
    return placeholder;
  }

  value(value: Stored): string {
    const placeholder = `:${this.#count++}`;
    this.values[placeholder] = encode(value);
    return placeholder;
  }

  /** The two maps of a request, each left out when it is empty, as the service demands. */
  get inputs(): {
    ExpressionAttributeNames?: Record<string, string>;
    ExpressionAttributeValues?: Record<string, AttributeValue>;
  } {
    return {
      ...(this.#known.size > 0 && { ExpressionAttributeNames: this.names }),
      ...(this.#count > 0 && { ExpressionAttributeValues: this.values }),
    };
  }
}

/** Expressions have no constants: an attribute that nobody writes is absent. */
const NEVER = 'attribute_exists(never_written)';
const ALWAYS = 'attribute_not_exists(never_written)';

/** Where a condition stands: a filter sees existing items only, and may not name the table's keys. */
export type Place = 'write' | 'filter';

/** The condition as an expression, in brackets of its own where precedence could part it. */
export const conditionText = (condition: Condition, to: Placeholders, place: Place = 'write'): string => {
  switch (condition.kind) {
    case 'exists':
      return place === 'filter' ? ALWAYS : 'attribute_exists(pk)';
    case 'absent':
      return place === 'filter' ? NEVER : 'attribute_not_exists(pk)';
    case 'equals':
      return oneOfText(condition.name, [condition.value], to);
    case 'one-of':
      return oneOfText(condition.name, condition.values, to);
    case 'at-most':
      return `${to.name(condition.name)} <= ${to.value(condition.value)}`;
    case 'at-least':
      return `${to.name(condition.name)} >= ${to.value(condition.value)}`;
    case 'contains':
      return `contains(${to.name(condition.name)}, ${to.value(condition.text)})`;
    case 'all':
      return joined(condition.conditions, ' AND ', ALWAYS, to, place);
    case 'any':
      return joined(condition.conditions, ' OR ', NEVER, to, place);
    case 'not':
      return `(NOT ${bracketed(conditionText(condition.condition, to, place))})`;
  }
};

/** The service refuses doubled brackets; a text that begins with one is bracketed as a whole. */
const bracketed = (text: string): string => (text.startsWith('(') ? text : `(${text})`);

const joined = (
  conditions: readonly Condition[],
  operator: string,
  none: string,
  to: Placeholders,
  place: Place,
): string =>
  oneText(
    conditions.map((condition) => conditionText(condition, to, place)),
    operator,
    none,
  );

const oneText = (parts: readonly string[], operator: string, none: string): string =>
  parts.length > 1 ? `(${parts.join(operator)})` : (parts[0] ?? none);

const oneOfText = (name: string, values: readonly Stored[], to: Placeholders): string => {
  if (values.length === 0) return NEVER;
  const attribute = to.name(name);
  const parts: string[] = [];
  if (values.includes(null)) parts.push(`attribute_not_exists(${attribute})`);
  for (let at = 0; at < values.length; at += MOST_OPERANDS) {
    const operands = values.slice(at, at + MOST_OPERANDS).map((value) => to.value(value));
    parts.push(operands.length === 1 ? `${attribute} = ${operands[0]}` : `${attribute} IN (${operands.join(', ')})`);
  }
  return oneText(parts, ' OR ', NEVER);
};

/**
 * The condition of an update: the caller's, that the writer is none of the last twelve, and that no message wrote the
 * item that was sent later; with `latest` that the one which did, and was looked at, is still the latest.
 *
 * Undefined when nothing has to hold.
 */
export const updateConditionText = (
  { writer, sentAt }: Pick<Update, 'writer' | 'sentAt'>,
  condition: Condition | undefined,
  to: Placeholders,
  latest: number | undefined,
): string | undefined => {
  const own = condition && conditionText(condition, to);
  if (writer === undefined) return own;
  const value = to.value(writerMark(writer));
  // Spelt out because a missing operand makes a comparison false, which NOT turns into the wanted answer.
  const parts = [`NOT (${WRITER_SLOTS.map((slot) => `${slot} = ${value}`).join(' OR ')})`];
  if (own !== undefined) parts.unshift(own);
  if (latest !== undefined) parts.push(`${LATEST} = ${to.value(latest)}`);
  else if (sentAt !== undefined) parts.push(`(NOT ${LATEST} > ${to.value(sentAt)})`);
  return parts.join(' AND ');
};

/**
 * The update as an expression; undefined when it changes nothing but may make the item.
 *
 * @param overtaken - whether a message that was sent later has written the item
 */
export const updateText = (update: StoredUpdate, to: Placeholders, overtaken = false): string | undefined => {
  const sets: string[] = [];
  for (const name in update.set) {
    const value = update.set[name];
    if (value !== undefined) sets.push(`${to.name(name)} = ${to.value(value)}`);
  }
  const kept = Object.entries(update.keep ?? {});
  const none = update.writer === undefined && kept.length === 0 ? '' : to.value(null);
  // The right-hand side is what was there before anything is written.
  for (const [name, from] of kept) sets.push(`${to.name(name)} = if_not_exists(${to.name(from)}, ${none})`);
  if (update.writer !== undefined) {
    // The right-hand side is read before anything is written, so each slot moves one place on.
    sets.push(...moved(WRITER_SLOTS, to.value(writerMark(update.writer)), none));
    sets.push(...moved(SENT_SLOTS, to.value(update.sentAt ?? 0), to.value(0)));
    if (update.sentAt !== undefined && !overtaken) sets.push(`${LATEST} = ${to.value(update.sentAt)}`);
  }
  const adds = Object.entries(update.add ?? {}).map(([name, amount]) => `${to.name(name)} ${to.value(amount)}`);
  const removes = (update.remove ?? []).map((name) => to.name(name));
  const text = [
    sets.length > 0 ? `SET ${sets.join(', ')}` : '',
    adds.length > 0 ? `ADD ${adds.join(', ')}` : '',
    removes.length > 0 ? `REMOVE ${removes.join(', ')}` : '',
  ]
    .filter((clause) => clause !== '')
    .join(' ');
  return text === '' ? undefined : text;
};

/** Each slot moves one place on: the right-hand side is read before anything is written. */
const moved = (slots: readonly string[], first: string, none: string): string[] =>
  slots.map((slot, at) => `${slot} = ${at === 0 ? first : `if_not_exists(${slots[at - 1]}, ${none})`}`);

/** Names of the key attributes of the table, or of one of its indexes. */
const keyNames = (index: string | undefined): { readonly partition: string; readonly sort: string } => {
  if (index === undefined) return { partition: 'pk', sort: 'sk' };
  const partition = indexAttribute(index);
  return { partition, sort: `${partition}_sort` };
};

/** @throws TypeError when a prefix and a bound are asked for together: a sort key takes one condition */
export const keyConditionText = (query: Query, to: Placeholders): string => {
  const names = keyNames(query.index);
  const partition = `${to.name(names.partition)} = ${to.value(query.partition)}`;
  const { sortPrefix, sortFrom, sortTo } = query;
  if (sortPrefix === undefined && sortFrom === undefined && sortTo === undefined) return partition;
  const sort = to.name(names.sort);
  if (sortPrefix !== undefined) {
    if (sortFrom !== undefined || sortTo !== undefined) throw new TypeError('a sort prefix goes without bounds');
    return `${partition} AND begins_with(${sort}, ${to.value(sortPrefix)})`;
  }
  if (sortFrom === undefined) return `${partition} AND ${sort} <= ${to.value(sortTo ?? null)}`;
  if (sortTo === undefined) return `${partition} AND ${sort} >= ${to.value(sortFrom)}`;
  return `${partition} AND ${sort} BETWEEN ${to.value(sortFrom)} AND ${to.value(sortTo)}`;
};
