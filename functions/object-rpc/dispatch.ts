import { AttributeError, Forbidden, KeyError, NovaError } from '#errors';
import type { AnyObject, AnyType } from '#objects/versioned/any-object';
import { NovaObject } from '#objects/versioned/base';
import { fromPrimitive, typeFor, type Registry } from '#objects/versioned/from-primitive';
import { isMap, type Manifest } from '#objects/versioned/primitive';
import { registry } from '#objects/registry';
import type { RemotableMethod } from '#objects/versioned/remotable';
import { deserializeEntity, serializeEntity } from '#objects/versioned/serializer';
import { compareVersions } from '#objects/versioned/version';
import type { Json, JsonMap } from '#ports/json';
import { bindArguments } from './bind-arguments.ts';
import type { Called } from './given-up-answers.ts';
import type { MethodArguments, RecordMethods, Records, RemotableMethodDefinition } from '#records/method';
import { nameServices } from './node-services.ts';
import { fieldsBefore, updatesSince } from './object-updates.ts';
import { methodsOf } from './registry.ts';
import { ExpectedError } from '#wire/failure';
import { plainText } from '#wire/reading';

/** A method of the base namespace that reaches objects. */
type ObjectMethod = (records: Records, request: JsonMap) => Promise<Json>;

/** The three methods of the base namespace, over a set of types and their methods. */
export interface ObjectDispatch {
  /**
   * Runs a class method for a caller who knows objects up to `object_versions`, and lowers a newer result to what it
   * knows (nova.conductor.manager `object_class_action_versions`).
   *
   * @throws ExpectedError for what the method throws; UnsupportedObjectError, IncompatibleObjectVersion, KeyError and
   * InvalidTargetVersion as they are
   */
  readonly objectClassActionVersions: ObjectMethod;
  /**
   * Runs a method of the object that was sent, and answers `[updates, result]` (nova.conductor.manager
   * `object_action`).
   *
   * @throws ExpectedError for what the method throws
   */
  readonly objectAction: ObjectMethod;
  /**
   * Lowers an object for a caller who could not read it.
   *
   * @throws InvalidTargetVersion when the object is older than what is asked, KeyError when its type is not asked
   */
  readonly objectBackportVersions: ObjectMethod;
}

/** Dispatch over these types; a type for which `methods` answers undefined has none that a caller may use. */
export function dispatchOver(
  types: Registry,
  methods: (name: string) => Promise<RecordMethods | undefined>,
): ObjectDispatch {
  return {
    objectClassActionVersions: async (records, request) => {
      const name = textOf(request, 'objname');
      const versions = versionsOf(request['object_versions']);
      const asked = Object.hasOwn(versions, name) ? versions[name] : undefined;
      if (asked === undefined) throw new KeyError(name);
      const type = typeFor(types, name, asked);
      const own = (await methods(name))?.class;
      const result = await expected(() => callClassMethod(records, type, own, types, request));
      if (result instanceof NovaObject) await nameServices(records, result, versions);
      return result instanceof NovaObject ? lowered(result, asked, versions, types) : serializeEntity(result);
    },
    objectAction: async (records, request) => {
      const object: AnyObject = fromPrimitive(request['objinst'], types);
      const before = fieldsBefore(object);
      const own = (await methods(object.type.name))?.instance;
      const result = await expected(() => callInstanceMethod(records, object, own, types, request));
      return [updatesSince(object, before), serializeEntity(result)];
    },
    objectBackportVersions: async (records, request) => {
      const object: AnyObject = fromPrimitive(request['objinst'], types);
      const manifest = versionsOf(request['object_versions']);
      const targetVersion = Object.hasOwn(manifest, object.type.name) ? manifest[object.type.name] : undefined;
      if (targetVersion === undefined) throw new KeyError(object.type.name);
      await nameServices(records, object, manifest);
      return object.toPrimitive({ targetVersion, manifest });
    },
  };
}

/** All that a conductor serves. */
export const { objectAction, objectBackportVersions, objectClassActionVersions } = dispatchOver(registry, methodsOf);

/**
 * An older result is answered as it is; the version asked for counts even when the result is of another type. Where the
 * caller knows an object inside the result in an older version only, that is lowered as well.
 */
function lowered(result: NovaObject, asked: string, manifest: Manifest, types: Registry): Json {
  const newer = compareVersions(asked, result.version) < 0;
  const otherMajor = asked.split('.')[0] !== result.version.split('.')[0];
  if (newer || otherMajor) return result.toPrimitive({ targetVersion: asked, manifest });
  return isOlder(manifest, types) ? result.toPrimitive({ manifest }) : result.toPrimitive();
}

/** Whether a caller knows some object in an older version than ours. */
function isOlder(manifest: Manifest, types: Registry): boolean {
  return Object.entries(manifest).some(([name, version]) => {
    const ours = types.get(name)?.version;
    return ours !== undefined && ours !== version && compareVersions(version, ours) < 0;
  });
}

/** What a caller did wrong, or a record refuses, is expected; a fault of a table is not. */
async function expected<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof NovaError ? new ExpectedError(error) : error;
  }
}

async function callClassMethod(
  records: Records,
  type: AnyType,
  methods: RecordMethods['class'],
  types: Registry,
  request: JsonMap,
): Promise<unknown> {
  const name = textOf(request, 'objmethod');
  const method = methodNamed(methods, name);
  const signature = signatureOf(type, name, 'class');
  if (signature === undefined || method === undefined) {
    throw new AttributeError(`type object '${type.name}' has no attribute '${name}'`);
  }
  const called = `${type.name}.${name}`;
  const args = argumentsOf(called, signature, types, request);
  return answeringGivenUp(records, { name: called, args }, () => method.call(records, args));
}

async function callInstanceMethod(
  records: Records,
  object: AnyObject,
  methods: RecordMethods['instance'],
  types: Registry,
  request: JsonMap,
): Promise<unknown> {
  const { type } = object;
  const name = textOf(request, 'objmethod');
  const method = methodNamed(methods, name);
  const signature = signatureOf(type, name, 'instance');
  if (signature === undefined || method === undefined) {
    throw new AttributeError(`'${type.name}' object has no attribute '${name}'`);
  }
  const called = `${type.name}.${name}`;
  const args = argumentsOf(called, signature, types, request);
  return answeringGivenUp(records, { name: called, object, args }, () => method.call(records, object, args));
}

/**
 * Runs a call; what a host is refused that was given up may be answered all the same, by what
 * is read at the first such call.
 */
async function answeringGivenUp(records: Records, called: Called, run: () => Promise<unknown>): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Forbidden)) throw error;
    return (await import('./given-up-answers.ts')).answerGivenUp(records, called, error);
  }
}

function methodNamed<M extends RemotableMethodDefinition>(
  methods: Readonly<Record<string, M>> | undefined,
  name: string,
): M | undefined {
  return methods !== undefined && Object.hasOwn(methods, name) ? methods[name] : undefined;
}

/** Only remotable methods of the right kind can be called from outside. */
function signatureOf(type: AnyType, name: string, kind: RemotableMethod['kind']): RemotableMethod | undefined {
  const method = Object.hasOwn(type.remotable, name) ? type.remotable[name] : undefined;
  return method?.kind === kind ? method : undefined;
}

function argumentsOf(name: string, method: RemotableMethod, types: Registry, request: JsonMap): MethodArguments {
  const args: unknown = deserializeEntity(request['args'] ?? [], types);
  const kwargs: unknown = deserializeEntity(request['kwargs'] ?? {}, types);
  return bindArguments(method, { name, args: Array.isArray(args) ? args : [], kwargs: isMap(kwargs) ? kwargs : {} });
}

function textOf(request: JsonMap, name: string): string {
  const value = request[name];
  if (typeof value !== 'string') throw new KeyError(name);
  return value;
}

function versionsOf(value: Json | undefined): Readonly<Record<string, string>> {
  if (!isMap(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([name, version]) => [name, plainText(version)]));
}
