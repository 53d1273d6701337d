import type { CellMapping } from '#objects/mapping/cell-mapping';
import { Destination } from '#objects/request-spec/destination';
import { Flavor } from '#objects/api/flavor';
import type { Fields } from '#objects/versioned/any-object';
import type { NovaObject, ObjectType } from '#objects/versioned/base';
import { fromPrimitive } from '#objects/versioned/from-primitive';
import { imageFromSystemMetadata } from '#objects/image/image-meta-dict';
import type { Instance } from '#objects/instance/instance';
import { isOfType, type ObjectOf } from '#objects/versioned/object-type';
import { registry } from '#objects/registry';
import { RequestLevelParams } from '#objects/request-spec/request-level-params';
import { ensureProjectId, RequestSpec, resetForcedDestinations } from '#objects/request-spec/request-spec';
import { fromComponents } from '#objects/request-spec/request-spec-components';
import type { Json, JsonMap, WireObject } from '#ports/json';

type Spec = ObjectOf<typeof RequestSpec>;

/** What the spec of a move is made of. */
export interface MoveSpecParts {
  /** As the API sent it, null when nobody has one. */
  readonly spec: WireObject | null;
  readonly instance: ObjectOf<typeof Instance>;
  /** Of the server after the move. */
  readonly flavor: ObjectOf<typeof Flavor>;
  /**
   * A cold migration: that of a spec that was sent gives way to the flavor after the move, nothing is retried towards a
   * host that was asked for, and the destination says that the cell is not left.
   */
  readonly cold: boolean;
  /** Scheduling properties for a spec that has to be made. */
  readonly filterProperties: JsonMap;
  /** The server's own cell, which it leaves only where the request allows it. */
  readonly cell: ObjectOf<typeof CellMapping>;
}

/**
 * The spec by which a destination is chosen (nova.conductor.manager `_cold_migrate`, nova.conductor.tasks.migrate
 * `MigrationTask._execute`, nova.conductor.tasks.live_migrate `_find_destination`): the flavor after the move, no
 * forced hosts, the server's own cell, its project; and no retry towards a host that was asked for.
 */
export function moveSpec(parts: MoveSpecParts): Spec {
  const { instance, cold, cell } = parts;
  const spec = requestedSpec(parts);
  resetForcedDestinations(spec);
  if ((spec.peek('requested_resources') ?? null) === null) spec.set('requested_resources', []);
  if (!spec.isSet('request_level_params')) spec.set('request_level_params', RequestLevelParams.make());
  const destination =
    spec.peek('requested_destination') ?? Destination.make(cold ? { allow_cross_cell_move: false } : {});
  const leaves = cold && destination.peek('allow_cross_cell_move') === true;
  // Wherever the named host is; without one the own cell is preferred.
  destination.set('cell', leaves && (destination.peek('host') ?? null) !== null ? null : cell);
  spec.set('requested_destination', destination);
  if (cold && targetHost(spec) !== undefined) spec.set('retry', null);
  ensureProjectId(spec, instance);
  return spec;
}

/**
 * The spec that a move begins with (nova.conductor.manager `_cold_migrate`): the one that was sent, else one of the
 * server.
 */
export function requestedSpec({
  spec: sent,
  instance,
  flavor,
  cold,
  filterProperties,
}: Omit<MoveSpecParts, 'cell'>): Spec {
  if (sent === null) return newSpec(instance, flavor, filterProperties);
  const spec = specOf(sent);
  return cold ? spec.set('flavor', flavor) : spec;
}

/** The host that the user asked for without forcing it; then nothing else is tried. */
export function targetHost(spec: Spec): string | undefined {
  const host = spec.peek('requested_destination')?.peek('host') ?? '';
  return host === '' ? undefined : host;
}

/** A RequestSpec off the wire. @throws TypeError when it is none */
export const specOf = (wire: WireObject): Spec => received(RequestSpec, wire);

/** A Flavor off the wire. @throws TypeError when it is none */
export const flavorOf = (wire: Json | undefined): ObjectOf<typeof Flavor> => received(Flavor, wire);

/** An object of a type off the wire. @throws TypeError when it is of another type */
export function received<F extends Fields>(type: ObjectType<F>, wire: Json | undefined): NovaObject<F> {
  const object = fromPrimitive(wire, registry);
  if (!isOfType(type, object)) throw new TypeError(`a ${type.name} is expected, not a ${object.type.name}`);
  return object;
}

function newSpec(instance: ObjectOf<typeof Instance>, flavor: ObjectOf<typeof Flavor>, properties: JsonMap): Spec {
  return fromComponents({
    instanceUuid: instance.get('uuid'),
    image: imageFromSystemMetadata(instance.peek('system_metadata') ?? {}),
    flavor,
    numaTopology: instance.peek('numa_topology') ?? null,
    pciRequests: instance.peek('pci_requests') ?? null,
    filterProperties: readObjects(properties),
    instanceGroup: null,
    availabilityZone: instance.peek('availability_zone') ?? null,
    projectId: instance.peek('project_id') ?? null,
    userId: instance.peek('user_id') ?? null,
  });
}

/** The destination, the group and the flavor inside of filter properties are objects on the wire. */
export function readObjects(properties: JsonMap): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, isWire(value) ? fromPrimitive(value, registry) : value]),
  );
}

const isWire = (value: Json): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && 'nova_object.name' in value;
