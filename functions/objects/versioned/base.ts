import {
  InvalidTargetVersion,
  KeyError,
  NotImplementedError,
  ObjectActionError,
  OrphanedObjectError,
  ReadOnlyFieldError,
} from '#errors';
import type { AnyObject, AnyType, Fields, LoweringOptions, State } from './any-object.ts';
import { coerceField, type ValueOf, type Values } from './field.ts';
import { lowerData } from './lower.ts';
import {
  CHANGES_KEY,
  DATA_KEY,
  type Data,
  NAME_KEY,
  NAMESPACE,
  NAMESPACE_KEY,
  type Primitive,
  VERSION_KEY,
} from './primitive.ts';
import { differs, snapshotOf } from './snapshot.ts';
import { compareVersions } from './version.ts';

/** A versioned object's type: what Nova calls the class. */
export interface ObjectType<F extends Fields = Fields> extends AnyType {
  readonly fields: F;
  readonly fieldNames: readonly (keyof F & string)[];
  /** A new object: every given field is set and dirty.
   * @throws ValueError when a value does not fit, KeyError for an unknown field. */
  make(values?: Values<F>): NovaObject<F>;
  /** An object as a store keeps it: every given field is set, none is dirty. */
  load(values: Values<F>): NovaObject<F>;
  rebuild(state: State): NovaObject<F>;
}

/** One versioned object in memory. A stored scalar is its wire form, so there is no Date and no enum inside. */
export class NovaObject<F extends Fields = Fields> {
  readonly type: ObjectType<F>;
  /** The received version is kept: a peer may be older than this code. */
  readonly version: string;
  readonly #values: Map<string, unknown>;
  readonly #dirty: Set<string>;
  #snapshots: Map<string, unknown> | undefined;
  #extra: Map<string, unknown> | undefined;

  constructor(type: ObjectType<F>, state: State) {
    this.type = type;
    this.version = state.version;
    this.#values = state.values;
    this.#dirty = state.changes;
    if (type.isList && !state.values.has('objects')) state.values.set('objects', []);
    if (type.tracked.length > 0) this.#snapshots = new Map();
  }

  /** The value of a set field; of an unset one what the type gives without a store.
   * @throws ObjectActionError when the field cannot be loaded, OrphanedObjectError when only a store could,
   * NotImplementedError when the type loads nothing. */
  get<K extends keyof F & string>(name: K): ValueOf<F[K]>;
  get(name: string): unknown {
    const value = this.#values.get(name);
    return value === undefined ? this.#load(name) : value;
  }

  /** The stored value, undefined when unset: for code that treats unset as absent. */
  peek<K extends keyof F & string>(name: K): ValueOf<F[K]> | undefined;
  peek(name: string): unknown {
    return this.#values.get(name);
  }

  isSet(name: keyof F & string): boolean {
    return this.#values.has(name);
  }

  /** Coerces, stores and marks dirty.
   * @throws ValueError when the value does not fit, ReadOnlyFieldError when a set read-only field would change. */
  set<K extends keyof F & string>(name: K, value: ValueOf<F[K]>): this {
    this.assign(name, value);
    return this;
  }

  /** As set, for a name and value that come from elsewhere, such as returned updates. */
  assign(name: string, value: unknown): void {
    const field = this.type.field(name);
    if (field === undefined) throw new KeyError(name);
    const stored = coerceField(field, value, name);
    if (field.readOnly && this.#values.has(name)) {
      if (this.#values.get(name) !== stored) throw new ReadOnlyFieldError({ field: name });
      return;
    }
    this.#values.set(name, stored);
    this.#dirty.add(name);
  }

  unset(name: keyof F & string): void {
    this.#values.delete(name);
    this.#dirty.delete(name);
  }

  /** Stores the defaults of the named fields, or of all fields that have one; set fields are left alone. */
  setDefaults(...names: (keyof F & string)[]): this {
    for (const name of names.length > 0 ? names : this.type.fieldNames) {
      const fallback = this.type.field(name)?.fallback;
      if (fallback !== undefined && !this.#values.has(name)) this.assign(name, fallback());
    }
    return this;
  }

  /** Names of the set fields, in the order of the type. */
  get setFields(): (keyof F & string)[] {
    return this.type.fieldNames.filter((name) => this.#values.has(name));
  }

  /** Names of the dirty fields: set since loading, nested objects that are dirty, tracked maps changed in place. */
  get changes(): Set<string> {
    const changes = new Set(this.#dirty);
    for (const name of this.type.insideFields) if (this.#isDirtyInside(name)) changes.add(name);
    return changes;
  }

  get isDirty(): boolean {
    return this.#dirty.size > 0 || this.type.insideFields.some((name) => this.#isDirtyInside(name));
  }

  #isDirtyInside(name: string): boolean {
    const value = this.#values.get(name);
    if (value === undefined || value === null) return false;
    if (value instanceof NovaObject) return value.isDirty;
    if (this.type.isList) return this.objects.some((item) => item.isDirty);
    return differs(value, this.#snapshots?.get(name));
  }

  /** The dirty fields with their values; a dirty field that was unset again is left out. */
  getChanges(): Values<F>;
  getChanges(): Readonly<Record<string, unknown>> {
    const found: [string, unknown][] = [...this.changes]
      .filter((name) => this.#values.has(name))
      .map((name) => [name, this.#values.get(name)]);
    return Object.fromEntries(found);
  }

  /** Clears the marks of all or the named fields; recursive also clears those of the nested objects. */
  resetChanges(names?: readonly (keyof F & string)[], options: { recursive?: boolean } = {}): this {
    if (options.recursive === true) {
      const changed = names === undefined ? this.changes : names;
      for (const name of changed) {
        for (const nested of nestedIn(this.#values.get(name))) nested.resetChanges(undefined, options);
      }
    }
    if (names === undefined) this.#dirty.clear();
    else for (const name of names) this.#dirty.delete(name);
    this.takeSnapshots(names);
    return this;
  }

  /** Remembers the tracked maps as they are now, so that later changes in place count. */
  takeSnapshots(names: readonly string[] = this.type.tracked): void {
    for (const name of this.type.tracked) {
      if (names.includes(name)) this.#snapshots?.set(name, snapshotOf(this.#values.get(name)));
    }
  }

  /** A deep copy with the same version, dirty marks and snapshots. */
  clone(): NovaObject<F> {
    const values = new Map<string, unknown>();
    for (const [name, value] of this.#values) {
      values.set(name, value === null ? null : this.type.field(name)?.copy(value));
    }
    const copy = new NovaObject(this.type, {
      version: this.version,
      values,
      changes: new Set(this.#dirty),
    });
    if (this.#snapshots !== undefined) {
      copy.#snapshots = new Map([...this.#snapshots].map(([name, seen]) => [name, snapshotOf(seen)]));
    }
    if (this.#extra !== undefined) copy.#extra = new Map(this.#extra);
    return copy;
  }

  /** Values that are no fields: they live with the object and are never saved or sent. */
  get extra(): Map<string, unknown> {
    this.#extra ??= new Map();
    return this.#extra;
  }

  /** The elements of a list type; none for other types. */
  get objects(): readonly AnyObject[] {
    const items: unknown = this.type.isList ? this.#values.get('objects') : undefined;
    return Array.isArray(items) ? items : [];
  }

  /** The wire form, lowered when an older version is asked or a manifest is given.
   * @throws InvalidTargetVersion for a target newer than the object, ObjectActionError when lowering is not possible. */
  toPrimitive(options: LoweringOptions = {}): Primitive {
    const target = options.targetVersion ?? this.version;
    if (target !== this.version && compareVersions(target, this.version) > 0) {
      throw new InvalidTargetVersion({ version: target });
    }
    const data = this.#sendData();
    const manifest =
      options.manifest !== undefined && Object.keys(options.manifest).length > 0 ? options.manifest : undefined;
    if (target !== this.version || manifest !== undefined) lowerData(this, data, target, manifest);
    const primitive: Primitive = {
      [NAME_KEY]: this.type.name,
      [NAMESPACE_KEY]: NAMESPACE,
      [VERSION_KEY]: target,
      [DATA_KEY]: data,
    };
    const changes = [...this.changes].filter((name) => Object.hasOwn(data, name));
    if (changes.length > 0) primitive[CHANGES_KEY] = changes;
    return primitive;
  }

  #sendData(): Data {
    const data: Data = {};
    for (const [name, field] of this.type.fieldList) {
      const value = this.#values.get(name);
      if (value !== undefined) data[name] = value === null ? null : field.send(value);
    }
    return data;
  }

  #load(name: string): unknown {
    const { type } = this;
    if (type.field(name) === undefined) throw new KeyError(name);
    if (type.readUnset !== undefined) {
      const loaded = type.readUnset(name, this);
      if (loaded !== undefined) {
        // Nova stores what it loads by setting it, so reading leaves a dirty mark.
        this.assign(name, loaded);
        return this.#values.get(name);
      }
    }
    if (type.lazy.includes(name)) {
      throw new OrphanedObjectError({ method: 'obj_load_attr', objtype: type.name });
    }
    if (type.readUnset === undefined && type.lazy.length === 0) {
      throw new NotImplementedError(`Cannot load '${name}' in the base class`);
    }
    throw new ObjectActionError({
      action: 'obj_load_attr',
      reason: `attribute ${name} not lazy-loadable`,
    });
  }
}

function nestedIn(value: unknown): readonly AnyObject[] {
  if (value instanceof NovaObject) return [value];
  return Array.isArray(value) ? value.filter((item) => item instanceof NovaObject) : [];
}
