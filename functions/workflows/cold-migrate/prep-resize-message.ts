import { older } from '#conductor/compute-rpc';
import { targetHost } from '#conductor/move-spec';
import { retryEntry } from '#conductor/retry';
import type { RequestSpec } from '#objects/request-spec/request-spec';
import { toLegacyFilterPropertiesDict, toLegacyRequestSpecDict } from '#objects/request-spec/request-spec-legacy';
import type { ObjectOf } from '#objects/versioned/object-type';
import { serializeEntity } from '#objects/versioned/serializer';
import type { Json, JsonMap, WireObject } from '#ports/json';
import { inZone } from '#servers/instance-in-zone';
import { fieldsOf, mapOf } from '#wire/reading';
import type { PlacedState } from '../cold-move.ts';

/** What a prep_resize order is made of. */
export interface PrepResizeOrder {
  readonly state: PlacedState;
  /** The method's arguments as they came. */
  readonly args: JsonMap;
  readonly instance: WireObject;
  readonly migration: WireObject;
  readonly spec: ObjectOf<typeof RequestSpec>;
  /** The Selections: the one at hand and all others. */
  readonly selections: readonly Json[];
  readonly maxAttempts: number;
  readonly zone: string;
  /** Compute RPC version of the cell. */
  readonly cap: string;
}

/** The arguments of prep_resize (nova.conductor.tasks.migrate `MigrationTask._execute`, nova.compute.rpcapi). */
export function prepResizeArguments(order: PrepResizeOrder): JsonMap {
  const { state, args, instance, migration, spec, selections, zone, cap } = order;
  const legacy = mapOf(serializeEntity(toLegacyRequestSpecDict(spec)));
  return {
    instance: inZone(instance, zone),
    flavor: spec.get('flavor').toPrimitive(),
    image: legacy['image'] ?? {},
    request_spec: older(cap, '5.1') ? legacy : spec.toPrimitive(),
    filter_properties: filterProperties(order),
    node: state.node,
    migration,
    clean_shutdown: args['clean_shutdown'] ?? true,
    host_list: selections.slice(state.chosen + 1),
  };
}

/** Towards a host that was asked for nothing is retried. */
function filterProperties({ state, spec, selections, maxAttempts }: PrepResizeOrder): JsonMap {
  const { retry: _retry, ...properties } = mapOf(serializeEntity(toLegacyFilterPropertiesDict(spec)));
  const limits = Object.entries(fieldsOf(fieldsOf(selections[state.chosen])['limits']));
  const tried: [string, string][] = [...state.tried, [state.host, state.node]];
  return {
    ...properties,
    limits: Object.fromEntries(limits.filter(([, value]) => value !== null)),
    ...(targetHost(spec) === undefined ? retryEntry(properties, maxAttempts, state.attempt, tried) : {}),
  };
}
