import type { Data, Json, Manifest, Primitive } from './primitive.ts';
import type { RemotableMethod } from './remotable.ts';

/** What a lowering is asked for. */
export interface LoweringOptions {
  readonly targetVersion?: string;
  readonly manifest?: Manifest;
}

/** What an object is rebuilt with: values as stored, not checked again. */
export interface State {
  readonly version: string;
  readonly values: Map<string, unknown>;
  readonly changes: Set<string>;
}

/** A versioned object whose type is known at run time only; isOfType narrows it. */
export interface AnyObject {
  readonly type: AnyType;
  readonly version: string;
  readonly setFields: readonly string[];
  readonly changes: Set<string>;
  readonly isDirty: boolean;
  readonly objects: readonly AnyObject[];
  readonly extra: Map<string, unknown>;
  get(name: string): unknown;
  peek(name: string): unknown;
  isSet(name: string): boolean;
  assign(name: string, value: unknown): void;
  unset(name: string): void;
  getChanges(): Readonly<Record<string, unknown>>;
  resetChanges(names?: readonly string[], options?: { recursive?: boolean }): AnyObject;
  takeSnapshots(): void;
  clone(): AnyObject;
  toPrimitive(options?: LoweringOptions): Primitive;
}

/** A type known at run time only, as the registry holds it. */
export interface AnyType {
  readonly name: string;
  readonly version: string;
  readonly fields: Fields;
  /** Names of the types that this one extends. */
  readonly bases: readonly string[];
  readonly isList: boolean;
  /** Fields that only a store can load. */
  readonly lazy: readonly string[];
  /** Maps and lists whose changes in place count as dirty. */
  readonly tracked: readonly string[];
  readonly receivedIsChange: boolean;
  readonly lowersNested: boolean;
  readonly remotable: Readonly<Record<string, RemotableMethod>>;
  readonly drops: readonly (readonly [version: string, fields: readonly string[]])[];
  readonly lower: ((data: Data, below: (version: string) => boolean, target: string) => void) | undefined;
  readonly readUnset: ((name: string, object: AnyObject) => unknown) | undefined;
  readonly fieldList: readonly (readonly [name: string, field: Field<unknown>])[];
  readonly fieldNames: readonly string[];
  /** Fields that can be dirty by what happens inside their value: one object, a list type's elements, tracked maps. */
  readonly insideFields: readonly string[];
  /** Fields that hold an object or a list of them, with the name that manifests give its type. */
  readonly nestedFields: readonly (readonly [name: string, nested: string])[];
  field(name: string): Field<unknown> | undefined;
  make(values?: Readonly<Record<string, unknown>>): AnyObject;
  load(values: Readonly<Record<string, unknown>>): AnyObject;
  /** The object of a state that was checked already. */
  rebuild(state: State): AnyObject;
}

/** What a field needs to rebuild the objects nested in it. */
export interface Receiver {
  object(value: unknown): AnyObject;
}

/**
 * How the values of one field are checked, stored, sent and copied. Null is handled by coerceField and receiveField.
 */
export interface Field<T> {
  /** Name of the field's type in Nova. */
  readonly type: string;
  readonly nullable: boolean;
  readonly readOnly: boolean;
  /** Stored on request, or when null is given to a field that cannot be null; absent when there is none. */
  readonly fallback?: () => T;
  /** What an enum may hold. */
  readonly values?: readonly string[];
  /** The element of a list, set or map. */
  readonly element?: Field<unknown>;
  /** Name of the nested type; manifests speak of this name even when a subclass is inside. */
  readonly object?: string;
  readonly subclasses?: boolean;

  /** Turns a given value into the stored one.
   * @throws ValueError when it cannot. */
  coerce(value: unknown, name: string): T;
  /** Turns a received value into the stored one. */
  receive(value: unknown, name: string, receiver: Receiver): T;
  /** The wire form, detached from the stored value. */
  send(value: T): Json;
  /** A deep copy of the stored value. */
  copy(value: T): T;
}

/** The fields of a type, by name. */
export type Fields = Readonly<Record<string, Field<unknown>>>;
