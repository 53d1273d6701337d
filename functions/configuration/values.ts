import * as v from 'valibot';

/** What an option carries with it; what is said of it besides stands in texts.ts. */
export interface About {
  /** What it may be, in words. */
  readonly values: string;
  /** Environment variable that carries it to functions; undefined where none does. */
  readonly environment: string | undefined;
}

/** The values in words, as messages and the page of all options say them. */
const may = (values: string): string => `it may be ${values}`;
const described = (values: string, environment: string | undefined) => ({ values, environment });

/** `true` or `false`; the command line and the environment give them as text. */
export function flag(environment?: string) {
  const values = 'true or false';
  const given = [v.literal(true), v.literal(false), v.literal('true'), v.literal('false')];
  return v.pipe(
    v.union(given, may(values)),
    v.transform((value) => value === true || value === 'true'),
    v.metadata(described(values, environment)),
  );
}

/** A whole number within bounds, both included; the command line and the environment give it as text. */
export function wholeNumber(from: number, to: number, environment?: string) {
  const values = `a whole number from ${from} to ${to}`;
  const message = may(values);
  const fromText = v.pipe(v.string(), v.regex(/^-?\d{1,15}$/u, message), v.transform(Number));
  return v.pipe(
    v.union([v.number(), fromText], message),
    v.integer(message),
    v.minValue(from, message),
    v.maxValue(to, message),
    v.metadata(described(values, environment)),
  );
}

/** One of the values, as they are written. */
export function choice<const T extends readonly string[]>(values: T, environment?: string) {
  const listed = values.join(', ');
  return v.pipe(v.picklist(values, may(listed)), v.metadata(described(listed, environment)));
}

/** A form of text in words, and what to do where a text has another. */
export interface Form {
  readonly form: RegExp;
  readonly values: string;
  /** @default none beyond the values */
  readonly remedy?: string;
}

const mustBe = ({ values, remedy }: Form): string => (remedy === undefined ? may(values) : `${may(values)}: ${remedy}`);

/** Text of a form. */
export function text(form: Form, environment?: string) {
  const message = mustBe(form);
  return v.pipe(v.string(message), v.regex(form.form, message), v.metadata(described(form.values, environment)));
}

/** Names of a form. */
export interface NamesForm extends Form {
  /** What to do where a name stands twice, or there is none. */
  readonly once: string;
  /** No name for an entry. */
  readonly reserved: string;
}

/** Names, each once, as a list or as text with commas. */
export function names(form: NamesForm, environment?: string) {
  const message = mustBe(form);
  return v.pipe(
    v.union([v.string(), v.array(v.unknown())], message),
    v.transform((given) => (typeof given === 'string' ? given.split(',') : given)),
    v.array(v.pipe(v.string(message), v.regex(form.form, message))),
    v.minLength(1, form.once),
    v.check((given) => new Set([form.reserved, ...given]).size === given.length + 1, form.once),
    v.readonly(),
    v.metadata(described(form.values, environment)),
  );
}

/** Text of a form, or nothing. */
export const optionalText = (form: Form, environment: string) => v.optional(v.nullable(text(form, environment)), null);

/** Names of a form, each once, or nothing. */
export const optionalNames = (form: Form, environment?: string) =>
  v.optional(
    v.nullable(names({ ...form, once: 'name each once, or leave the key out', reserved: '' }, environment)),
    null,
  );

/** One of these numbers; the command line gives it as text. */
export function daysOf(values: readonly number[]) {
  const listed = values.join(', ');
  const message = may(listed);
  const fromText = v.pipe(v.string(), v.regex(/^\d{1,4}$/u, message), v.transform(Number));
  return v.pipe(
    v.union([v.number(), fromText], message),
    v.check((value) => values.includes(value), message),
    v.metadata(described(listed, undefined)),
  );
}

/** A value as text that reads back the same: lists with commas, as the command line gives them. */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(',');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
