import type { AnyObject, Field, Fields } from './any-object.ts';
import { NovaObject, type ObjectType } from './base.ts';
import { listOf, object } from './containers.ts';
import { coerceField, type Values } from './field.ts';
import type { Data } from './primitive.ts';
import type { RemotableMethod } from './remotable.ts';
import { KeyError } from '#errors';

/** What a file says of its type. */
export interface Definition<F extends Fields> {
  readonly name: string;
  readonly version: string;
  readonly fields: F;
  /** Below a version these fields are left out. */
  readonly drops?: Readonly<Record<string, readonly (keyof F & string)[]>>;
  /** What an older version needs beyond dropped fields; runs after the nested objects and before the drops. */
  readonly lower?: (data: Data, below: (version: string) => boolean, target: string) => void;
  /** False where Nova applies a type's own rules only and leaves nested objects as they are. */
  readonly lowersNested?: boolean;
  /** Fields that a store can load later. */
  readonly lazy?: readonly (keyof F & string)[];
  /** What an unset field reads as, undefined when it cannot be known without a store. */
  readonly readUnset?: (name: string, object: AnyObject) => unknown;
  /** Maps and lists whose changes in place count as dirty. */
  readonly tracked?: readonly (keyof F & string)[];
  /** True where a received tracked value that is not empty counts as changed, as Nova's Flavor has it. */
  readonly receivedIsChange?: boolean;
  /** Names of the types that this one extends. */
  readonly bases?: readonly string[];
  readonly remotable?: Readonly<Record<string, RemotableMethod>>;
}

/** The object of a type: `ObjectOf<typeof Instance>`. */
export type ObjectOf<T> = T extends ObjectType<infer F> ? NovaObject<F> : never;

/** Makes a type of its definition. */
export function defineObject<const F extends Fields>(definition: Definition<F>): ObjectType<F> {
  return buildType(definition, false);
}

/** A list type has one field, `objects`. */
export function defineList<F extends Fields>(
  definition: Omit<Definition<Fields>, 'fields' | 'drops' | 'lazy' | 'tracked'> & { readonly of: ObjectType<F> },
): ObjectType<{ readonly objects: Field<NovaObject<F>[]> }> {
  const { of, ...rest } = definition;
  return buildType({ ...rest, fields: { objects: listOf(object(of)) } }, true);
}

function buildType<F extends Fields>(
  definition: Omit<Definition<F>, 'drops' | 'lazy' | 'tracked'> & {
    readonly drops?: Readonly<Record<string, readonly string[]>>;
    readonly lazy?: readonly string[];
    readonly tracked?: readonly string[];
  },
  isList: boolean,
): ObjectType<F> {
  const fields = new Map<string, Field<unknown>>(Object.entries(definition.fields));
  const coerceAll = (values: Values<F>): Map<string, unknown> => {
    const stored = new Map<string, unknown>();
    for (const [name, value] of Object.entries(values)) {
      const field = fields.get(name);
      if (field === undefined) throw new KeyError(name);
      stored.set(name, coerceField(field, value, name));
    }
    return stored;
  };
  const type: ObjectType<F> = {
    name: definition.name,
    version: definition.version,
    fields: definition.fields,
    bases: definition.bases ?? [],
    isList,
    lazy: definition.lazy ?? [],
    tracked: definition.tracked ?? [],
    receivedIsChange: definition.receivedIsChange ?? false,
    lowersNested: definition.lowersNested ?? true,
    remotable: definition.remotable ?? {},
    drops: Object.entries(definition.drops ?? {}),
    fieldList: [...fields],
    fieldNames: [...fields.keys()],
    insideFields: [
      ...[...fields].filter(([, field]) => field.type === 'Object').map(([name]) => name),
      ...(isList ? ['objects'] : []),
      ...(definition.tracked ?? []),
    ],
    nestedFields: [...fields].flatMap(([name, field]) => {
      const nested = field.object ?? (field.type === 'List' ? field.element?.object : undefined);
      return nested === undefined ? [] : [[name, nested] as const];
    }),
    readUnset: definition.readUnset,
    lower: definition.lower,
    field: (name) => fields.get(name),
    make: (values = {}) => {
      const stored = coerceAll(values);
      return type.rebuild({
        version: type.version,
        values: stored,
        changes: new Set(stored.keys()),
      });
    },
    load: (values) => {
      const loaded = type.rebuild({
        version: type.version,
        values: coerceAll(values),
        changes: new Set(),
      });
      loaded.takeSnapshots();
      return loaded;
    },
    rebuild: (state) => new NovaObject(type, state),
  };
  return type;
}

/** Whether a value is an object of the type, of whatever version. */
export function isOfType<F extends Fields>(type: ObjectType<F>, value: unknown): value is NovaObject<F> {
  if (!(value instanceof NovaObject)) return false;
  const actual: AnyObject = value;
  return actual.type.name === type.name;
}
