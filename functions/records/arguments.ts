import * as v from 'valibot';
import { ValueError } from '#errors';
import { boolean } from '#objects/versioned/fields';

/** What the arguments of one remotable method are parsed by, by their names. */
export type ArgumentEntries = v.ObjectEntries;

/** The schema of all arguments of a method. Arguments that it does not name are not read, as `use_slave` is. */
export type ArgumentsSchema<E extends ArgumentEntries = ArgumentEntries> = v.ObjectSchema<E, undefined>;

/** The arguments as a method receives them. */
export type ParsedArguments<E extends ArgumentEntries> = v.InferOutput<ArgumentsSchema<E>>;

const spelt = (value: string | number | boolean): string => {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value);
};

/** Text; numbers are taken as their text, as Nova's StringField does. */
export const text = v.pipe(
  v.custom<string | number | boolean>(
    (value) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean',
    'A string is required',
  ),
  v.transform(spelt),
);

/** Text that must be given, and may be null. */
export const nullableText = v.nullable(text);

/** Text that may be left out. */
export const optionalText = v.optional(nullableText, null);

const WHOLE = /^\s*[+-]?\d+\s*$/;

/** A whole number; numeric text is taken and fractions are cut, as Nova's IntegerField does. */
export const integer = v.pipe(
  v.custom<string | number | boolean>(
    (value) =>
      typeof value === 'boolean' ||
      (typeof value === 'number' && Number.isFinite(value)) ||
      (typeof value === 'string' && WHOLE.test(value)),
    'An integer is required',
  ),
  v.transform((value) => Math.trunc(Number(value))),
);

/** A whole number that may be left out. */
export const optionalInteger = v.optional(v.nullable(integer), null);

const truth = boolean();

/** True or false; any other value is taken by its truth. */
export const flag = v.pipe(
  v.unknown(),
  v.transform((value) => truth.coerce(value, '')),
);

/** Records that one call may name. */
const MOST_NAMED = 10_000;

/** A list of texts. */
export const texts = v.pipe(
  v.array(text, 'A list is required'),
  v.maxLength(MOST_NAMED, `At most ${MOST_NAMED} are taken at once`),
);

/** A list of texts that may be left out. */
export const optionalTexts = v.optional(v.nullable(texts), null);

/** A map of anything: filters. */
export const map = v.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'A dict is required',
);

/** A map of texts, of which null takes an entry away. */
export const textsByName = v.record(v.string(), nullableText, 'A dict is required');

/**
 * The arguments by the method's schema.
 *
 * @throws ValueError for a value of another type, as the coercion of Nova's fields does
 */
export function parseArguments<S extends v.GenericSchema>(schema: S, args: unknown): v.InferOutput<S> {
  const parsed = v.safeParse(schema, args, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const name = issue.path?.map(({ key }) => String(key)).join('.') ?? '';
  if (issue.input === null) throw new ValueError(`Field \`${name}' cannot be None`);
  throw new ValueError(`${issue.message} in field ${name}, not a ${pythonType(issue.input)}`);
}

/** What Python calls the type of a value. */
function pythonType(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return 'dict';
}
