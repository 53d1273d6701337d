import { CellMappingNotFound } from '#errors';
import { flavorOf, moveSpec, requestedSpec, specOf } from '#conductor/move-spec';
import { CellMapping } from '#objects/mapping/cell-mapping';
import type { RequestSpec } from '#objects/request-spec/request-spec';
import type { ObjectOf } from '#objects/versioned/object-type';
import type { Json, JsonMap, WireObject } from '#ports/json';
import type { Services } from '#ports/services';
import type { ItemOf } from '#ports/tables';
import { setFields } from '#wire/wire';
import { withNetworks } from './cached-networks.ts';
import { groupedSpec } from './group-hosts.ts';
import { instanceOf } from '#records/instance-item';
import { cellMappingKey, MAPPINGS } from '#records/keys';
import type { Cell } from '#records/method';
import { loadObject } from '#records/stored-object';
import { isWireObject } from '#wire/reading';
import { withVolumeBacked } from './volume-backed.ts';
import { mustBeWire } from '#wire/wire-object';
import { instanceItem, type StoredInstance } from '#records/items/instance';

/** What a move's spec is made of that lies in records and in the request. */
export interface SpecSources {
  readonly cell: Cell;
  /** The server's record. */
  readonly instance: ItemOf<StoredInstance>;
  /** The request spec as it was sent, or null. */
  readonly spec: Json | undefined;
  /** The flavor after the move. @default the server's own */
  readonly flavor?: Json | undefined;
  readonly filterProperties: JsonMap;
  /** Fields that say what the server needs beyond its flavor (needsOfServer). @default what the spec says */
  readonly needs?: JsonMap | null;
}

/**
 * The spec by which a move chooses its destination, its server group set up.
 *
 * @throws UnsupportedPolicyException for a group policy that nothing carries out
 * @throws CellMappingNotFound
 */
export async function specOfMove(
  services: Pick<Services, 'tables' | 'config'>,
  sources: SpecSources,
): Promise<ObjectOf<typeof RequestSpec>> {
  const { uuid } = sources.cell;
  const mapping = await services.tables.get(MAPPINGS, cellMappingKey(uuid));
  if (mapping === undefined) throw new CellMappingNotFound({ uuid });
  const made = moveSpec({ ...partsOf(sources), cell: loadObject(CellMapping, mapping) });
  const wire = setFields(mustBeWire(made.toPrimitive(), 'a request spec'), sources.needs ?? {});
  const networked = withNetworks(wire, sources.instance);
  const complete = await withVolumeBacked(services, sources.cell.name, networked, sources.instance);
  return specOf(await groupedSpec(services, complete));
}

/** The spec that a move begins with, which events quote when it fails (nova.conductor.manager `_cold_migrate`). */
export const specAsRequested = (sources: Omit<SpecSources, 'cell'>): WireObject =>
  mustBeWire(requestedSpec(partsOf(sources)).toPrimitive(), 'a request spec');

const partsOf = ({ instance, spec, flavor, filterProperties }: Omit<SpecSources, 'cell'>) => ({
  spec: isWireObject(spec) ? spec : null,
  instance: instanceOf(instance, ['system_metadata', 'numa_topology', 'pci_requests']),
  flavor: flavorOf(flavor ?? instanceItem(instance).flavor ?? undefined),
  cold: flavor !== undefined,
  filterProperties,
});
