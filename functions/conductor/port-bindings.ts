import { MigrationPreCheckError } from '#errors';
import { newObject, setFields } from '#wire/wire';
import type { JsonMap, WireObject } from '#ports/json';
import type { PortBinding, PortNeeds, WantedBinding } from '#ports/network-ports';
import { jsonOrNull, pythonJson } from '#wire/json-text';
import { fieldsOf, mapOf, objectsOf, ownOf, textOf, textsOf } from '#wire/reading';

/** Which providers meet a group, by requester id, as a Selection gives it. */
export type ProviderMapping = Readonly<Record<string, readonly string[]>>;

/** The mapping of a Selection on the wire; empty where it has none. */
export function providerMapping(selection: JsonMap[string] | undefined): ProviderMapping {
  const { mappings } = mapOf(jsonOrNull(textOf(fieldsOf(selection)['allocation_request']) ?? ''));
  return Object.fromEntries(Object.entries(mapOf(mappings)).map(([id, providers]) => [id, textsOf(providers)]));
}

/** The mapping that a spec has in its groups; empty where there is no spec. */
export const mappingOfSpec = (spec: WireObject | null): ProviderMapping =>
  Object.fromEntries(
    objectsOf(fieldsOf(spec)['requested_resources']).map((group) => {
      const { requester_id, provider_uuids } = fieldsOf(group);
      return [textOf(requester_id) ?? '', textsOf(provider_uuids)];
    }),
  );

/**
 * The interfaces of a live migration as its destination answered them; one for each cached
 * interface where it answered none.
 *
 * @param interfaces maps of Nova's network model
 */
export function migratedInterfaces(migrateData: WireObject, interfaces: readonly JsonMap[]): WireObject[] {
  const { vifs } = fieldsOf(migrateData);
  if (vifs !== undefined && vifs !== null) return objectsOf(vifs);
  return interfaces.map((each) =>
    newObject('VIFMigrateData', '1.0', { port_id: each['id'] ?? null, source_vif: pythonJson(each) }),
  );
}

/**
 * How the ports of a server are to be bound on its destination (nova.conductor.tasks.live_migrate
 * `_bind_ports_on_destination`): with the profile that the destination filled, else with the one that they have, and
 * with the providers that meet what they need.
 */
export function wantedBindings(
  interfaces: readonly JsonMap[],
  migrated: readonly WireObject[],
  needs: PortNeeds,
  mapping: ProviderMapping,
): WantedBinding[] {
  const profiles = new Map(
    migrated.map((vif) => {
      const { port_id, profile_json } = fieldsOf(vif);
      const port = textOf(port_id) ?? '';
      const filled = mapOf(jsonOrNull(textOf(profile_json) ?? ''));
      return [port, { ...filled, ...allocationOf(port, needs, mapping) }];
    }),
  );
  return interfaces.map(({ id = null, vnic_type = null, profile = null }) => {
    const portId = textOf(id) ?? '';
    const filled = profiles.get(portId) ?? {};
    const own = Object.keys(filled).length > 0 ? filled : mapOf(profile);
    return { portId, vnicType: textOf(vnic_type) ?? 'normal', profile: own };
  });
}

/** What the profile of a port says of the providers that meet its needs: one provider, or one for each group. */
function allocationOf(portId: string, { groups, grouped }: PortNeeds, mapping: ProviderMapping): JsonMap {
  const own = groups.filter((group) => group.portId === portId);
  const met = own.flatMap(({ requesterId }) => {
    const [provider] = ownOf(mapping, requesterId) ?? [];
    return provider === undefined ? [] : [[requesterId, provider] as const];
  });
  const [first] = met;
  if (first === undefined) return {};
  return { allocation: grouped ? Object.fromEntries(met) : first[1] };
}

/** Bindings as computes read them of the interfaces of a live migration, by port id. */
export const boundInterfaces = (bindings: ReadonlyMap<string, PortBinding>): JsonMap =>
  Object.fromEntries(
    [...bindings].map(([port, { profile, vnicType, vifType, vifDetails }]) => [
      port,
      {
        profile_json: pythonJson(profile),
        vnic_type: vnicType,
        vif_type: vifType,
        vif_details_json: pythonJson(vifDetails),
      },
    ]),
  );

/** The answer of a destination that says how the ports are bound there. @param bound what boundInterfaces made */
export function withBindings(migrateData: WireObject, interfaces: readonly JsonMap[], bound: JsonMap): WireObject {
  const vifs = migratedInterfaces(migrateData, interfaces).map((vif) =>
    setFields(vif, mapOf(bound[textOf(fieldsOf(vif)['port_id']) ?? ''])),
  );
  return setFields(migrateData, { vifs });
}

/**
 * Refuses interfaces of which the server's cache knows nothing: their ports would not be bound.
 *
 * @throws MigrationPreCheckError
 */
export function mustBeCached(migrated: readonly WireObject[], interfaces: readonly JsonMap[]): void {
  const known = new Set(interfaces.map(({ id }) => id));
  const unknown = migrated.map((vif) => fieldsOf(vif)['port_id']).find((port) => !known.has(port));
  if (unknown === undefined) return;
  const reason = `The network info cache of the instance has no port ${textOf(unknown) ?? ''}.`;
  throw new MigrationPreCheckError({ reason });
}
