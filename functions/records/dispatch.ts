import { AttributeError, KeyError, NovaError } from '#errors';
import type { AnyObject, AnyType } from '#objects/any-object';
import { NovaObject } from '#objects/base';
import { fromPrimitive, typeFor } from '#objects/from-primitive';
import { isMap } from '#objects/primitive';
import { registry } from '#objects/registry';
import { deserializeEntity, serializeEntity } from '#objects/serializer';
import { compareVersions } from '#objects/version';
import type { Json, JsonMap } from '#ports/json';
import { bindArguments } from './bind-arguments.ts';
import type { ClassMethod, InstanceMethod, MethodArguments, Records } from './method.ts';
import { fieldsBefore, updatesSince } from './object-updates.ts';
import { recordMethods } from './registry.ts';

/** An error of a remotable method: the caller gets `cause`, and it counts as no failure of the conductor. */
export class ExpectedError extends Error {
  override readonly name = 'ExpectedError' as const;
  override readonly cause: NovaError;

  constructor(cause: NovaError) {
    super(cause.message);
    this.cause = cause;
  }
}

/**
 * Runs a class method for a caller who knows objects up to `object_versions`, and lowers a newer result to what it
 * knows (spec/conductor.md section 4.2).
 *
 * @throws ExpectedError for what the method throws; UnsupportedObjectError, IncompatibleObjectVersion, KeyError and
 * InvalidTargetVersion as they are
 */
export async function objectClassActionVersions(records: Records, request: JsonMap): Promise<Json> {
  const name = textOf(request, 'objname');
  const versions = versionsOf(request['object_versions']);
  const asked = Object.hasOwn(versions, name) ? versions[name] : undefined;
  if (asked === undefined) throw new KeyError(name);
  const type = typeFor(registry, name, asked);
  const result = await expected(() => callClassMethod(records, type, request));
  if (!(result instanceof NovaObject)) return serializeEntity(result);
  const newer = compareVersions(asked, result.version) < 0;
  const otherMajor = asked.split('.')[0] !== result.version.split('.')[0];
  return newer || otherMajor ? result.toPrimitive({ targetVersion: asked, manifest: versions }) : result.toPrimitive();
}

/**
 * Runs a method of the object that was sent, and answers `[updates, result]` (spec/conductor.md section 4.3).
 *
 * @throws ExpectedError for what the method throws
 */
export async function objectAction(records: Records, request: JsonMap): Promise<Json> {
  const object: AnyObject = fromPrimitive(request['objinst'], registry);
  const before = fieldsBefore(object);
  const result = await expected(() => callInstanceMethod(records, object, request));
  return [updatesSince(object, before), serializeEntity(result)];
}

/**
 * Lowers an object for a caller who could not read it.
 *
 * @throws InvalidTargetVersion when the object is older than what is asked, KeyError when its type is not asked
 */
export function objectBackportVersions(_records: Records, request: JsonMap): Promise<Json> {
  return Promise.resolve().then(() => {
    const object: AnyObject = fromPrimitive(request['objinst'], registry);
    const manifest = versionsOf(request['object_versions']);
    const targetVersion = Object.hasOwn(manifest, object.type.name) ? manifest[object.type.name] : undefined;
    if (targetVersion === undefined) throw new KeyError(object.type.name);
    return object.toPrimitive({ targetVersion, manifest });
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

async function callClassMethod(records: Records, type: AnyType, request: JsonMap): Promise<unknown> {
  const name = textOf(request, 'objmethod');
  const method = methodNamed(recordMethods.get(type.name)?.class, name);
  if (!isRemotable(type, name, 'class') || method === undefined) {
    throw new AttributeError(`type object '${type.name}' has no attribute '${name}'`);
  }
  return method(records, argumentsOf(type, name, request));
}

async function callInstanceMethod(records: Records, object: AnyObject, request: JsonMap): Promise<unknown> {
  const { type } = object;
  const name = textOf(request, 'objmethod');
  const method = methodNamed(recordMethods.get(type.name)?.instance, name);
  if (!isRemotable(type, name, 'instance') || method === undefined) {
    throw new AttributeError(`'${type.name}' object has no attribute '${name}'`);
  }
  return method(records, object, argumentsOf(type, name, request));
}

function methodNamed<M extends ClassMethod | InstanceMethod>(
  methods: Readonly<Record<string, M>> | undefined,
  name: string,
): M | undefined {
  return methods !== undefined && Object.hasOwn(methods, name) ? methods[name] : undefined;
}

const isRemotable = (type: AnyType, name: string, kind: 'class' | 'instance'): boolean =>
  Object.hasOwn(type.remotable, name) && type.remotable[name]?.kind === kind;

function argumentsOf(type: AnyType, name: string, request: JsonMap): MethodArguments {
  const method = type.remotable[name];
  if (method === undefined) throw new AttributeError(`'${type.name}' object has no attribute '${name}'`);
  const args: unknown = deserializeEntity(request['args'] ?? [], registry);
  const kwargs: unknown = deserializeEntity(request['kwargs'] ?? {}, registry);
  return bindArguments(method, {
    name: `${type.name}.${name}`,
    args: Array.isArray(args) ? args : [],
    kwargs: isMap(kwargs) ? kwargs : {},
  });
}

function textOf(request: JsonMap, name: string): string {
  const value = request[name];
  if (typeof value !== 'string') throw new KeyError(name);
  return value;
}

function versionsOf(value: Json | undefined): Readonly<Record<string, string>> {
  if (!isMap(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([name, version]) => [name, String(version)]));
}
