import * as v from 'valibot';
import { readObjects } from '#conductor/move-spec';
import { InvalidArguments, NovaError } from '#errors';
import { fromPrimitives } from '#objects/request-spec/request-spec-legacy';
import type { RequestContext } from '#ports/context';
import type { Json, JsonMap, WireObject } from '#ports/json';
import { listOf, mapOf, numberOf, textOf } from '#wire/reading';
import { data, type Route, type TaskMethod, type WorkflowRoute } from './route.ts';
import { json, map, parseArguments, wireObject, type ArgumentSchema } from './arguments.ts';

/*
 * 1.1  - migrate_server()
 * 1.4  - reservations argument, which is ignored
 * 1.6  - instance is an object
 * 1.10 - flavor is an object
 * 1.11 - clean_shutdown argument
 * 1.13 - request_spec argument
 * 1.20 - host_list argument
 */
const schema: ArgumentSchema<Arguments> = v.strictObject({
  instance: wireObject('Instance'),
  scheduler_hint: map,
  live: v.boolean(),
  rebuild: v.boolean(),
  flavor: v.nullable(wireObject('Flavor')),
  block_migration: v.nullable(v.boolean()),
  disk_over_commit: v.nullable(v.boolean()),
  reservations: v.optional(json, null),
  clean_shutdown: v.optional(v.boolean(), true),
  request_spec: v.optional(v.nullable(wireObject('RequestSpec')), null),
  host_list: v.optional(v.nullable(v.array(wireObject('Selection'))), null),
});

interface Arguments {
  instance: WireObject;
  scheduler_hint: JsonMap;
  live: boolean;
  rebuild: boolean;
  flavor: WireObject | null;
  block_migration: boolean | null;
  disk_over_commit: boolean | null;
  reservations: Json;
  clean_shutdown: boolean;
  request_spec: WireObject | null;
  host_list: WireObject[] | null;
}

/**
 * Moves a server (nova.conductor.manager `migrate_server`): live, or cold to a flavor; any other combination has no
 * implementation.
 */
export const migrateServer: TaskMethod = {
  schema,
  route(args, context) {
    const call = parseArguments('migrate_server', schema, withSpecObject(args));
    const uuid = uuidOf('migrate_server', call.instance);
    if (call.live && !call.rebuild && call.flavor === null) return liveRoute('migrate_server', uuid, call, context);
    if (call.live || call.rebuild || call.flavor === null)
      return coldRoute(uuid, call, context, { entry: 'unsupported', attempt: 0, tried: [] });
    return coldMigrate(uuid, call, context);
  },
};

/** The arguments with a RequestSpec: computes of before 5.1 are sent a plain map in its place, and give that back. */
function withSpecObject(args: JsonMap): JsonMap {
  const { request_spec: given, scheduler_hint: hint = null } = args;
  const plain = mapOf(given);
  if (Object.keys(plain).length === 0 || 'nova_object.name' in plain) return args;
  try {
    const properties = readObjects(mapOf(mapOf(hint)['filter_properties']));
    return { ...args, request_spec: fromPrimitives(readObjects(plain), properties).toPrimitive() };
  } catch (error) {
    if (!(error instanceof NovaError)) throw error;
    throw new InvalidArguments('migrate_server', 'request_spec', error.message);
  }
}

/** The uuid of the server that is asked for. @throws InvalidArguments when the instance has none */
export function uuidOf(method: string, instance: WireObject): string {
  const uuid = textOf(data(instance)['uuid']);
  if (uuid === undefined) throw new InvalidArguments(method, 'instance', 'an Instance with a uuid is expected');
  return uuid;
}

/** What a live migration is asked with; both methods that ask for one agree in it. */
export interface LiveArguments {
  readonly instance: WireObject;
  readonly scheduler_hint: JsonMap;
  readonly block_migration: boolean | null;
  readonly disk_over_commit: boolean | null;
  readonly request_spec: WireObject | null;
}

/** The workflow of a live migration; its event is named after the method. */
export function liveRoute(method: string, uuid: string, call: LiveArguments, context: RequestContext): WorkflowRoute {
  const { instance, block_migration, disk_over_commit, request_spec, scheduler_hint } = call;
  return {
    kind: 'workflow',
    workflow: 'live-migrate',
    attempt: 0,
    common: { context, arguments: { instance, block_migration, disk_over_commit, request_spec } },
    instances: [{ uuid, document: null }],
    state: { server: uuid, method, destination: textOf(scheduler_hint['host']) ?? null },
    answers: true,
  };
}

/** A first request names no alternates; a compute that gives the server back names what is left of its own. */
function coldMigrate(uuid: string, call: Arguments, context: RequestContext): Route {
  const retry = mapOf(mapOf(call.scheduler_hint['filter_properties'])['retry']);
  const attempt = numberOf(retry['num_attempts']) ?? 0;
  const tried: Json = [...listOf(retry['hosts'])];
  if (call.host_list === null) return coldRoute(uuid, call, context, { entry: 'move', attempt, tried });
  const otherwise = coldRoute(uuid, call, context, { entry: 'reschedule', attempt, tried });
  return { kind: 'reschedule', operation: 'cold-migrate', uuid, attempt, reason: reasonOf(retry), otherwise };
}

/** The last line of the compute's traceback says what went wrong. */
function reasonOf(retry: JsonMap): string {
  const lines = listOf(retry['exc']).flatMap((line) => (typeof line === 'string' ? [line.trim()] : []));
  return (textOf(retry['exc_reason']) ?? lines.at(-1) ?? 'no reason given').slice(0, 1000);
}

function coldRoute(
  uuid: string,
  call: Arguments,
  context: RequestContext,
  state: { readonly entry: string; readonly attempt: number; readonly tried: Json },
): WorkflowRoute {
  const { retry: _retry, ...filter_properties } = mapOf(call.scheduler_hint['filter_properties']);
  const { instance, flavor, clean_shutdown, request_spec, host_list } = call;
  return {
    kind: 'workflow',
    workflow: 'cold-migrate',
    attempt: state.attempt,
    common: {
      context,
      arguments: { instance, flavor, clean_shutdown, request_spec, host_list, filter_properties },
    },
    instances: [{ uuid, document: null }],
    state: { server: uuid, ...state },
    answers: true,
  };
}
