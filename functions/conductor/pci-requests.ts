import {
  AmbiguousResourceProviderForPCIRequest,
  MigrationPreCheckError,
  UnexpectedResourceProviderNameForPCIRequest,
} from '#errors';
import type { JsonMap, WireObject } from '#ports/json';
import { fieldsOf, listOf, mapOf, objectsOf, ownOf, textOf } from '#wire/reading';
import type { ProviderMapping } from './port-bindings.ts';

/** Whether a PCI request came of an alias of the flavor; the others are those of ports. */
export const isOfAlias = (request: WireObject): boolean => textOf(fieldsOf(request)['alias_name']) !== undefined;

const specsOf = (request: WireObject): JsonMap[] => listOf(fieldsOf(request)['spec']).map(mapOf);

/** The PCI requests of a server. `requests` is an InstancePCIRequests on the wire, or null. */
export const pciRequestsOf = (requests: JsonMap[string] | undefined): WireObject[] =>
  objectsOf(fieldsOf(requests)['requests']);

const isMigratable = (spec: JsonMap): boolean => /^true$/iu.test(textOf(spec['live_migratable']) ?? '');

/**
 * Refuses to move devices of aliases that do not say that they can be moved live (nova.conductor.tasks.live_migrate
 * `_check_can_migrate_pci`).
 *
 * @throws MigrationPreCheckError
 */
export function mustBeMigratable(requests: readonly WireObject[]): void {
  const stuck = requests.filter(isOfAlias).find((request) => !specsOf(request).every(isMigratable));
  if (stuck === undefined) return;
  const reason = `PCI devices of the alias ${textOf(fieldsOf(stuck)['alias_name']) ?? ''} cannot be migrated live.`;
  throw new MigrationPreCheckError({ reason });
}

/** The providers that meet requests of ports, whose names give the interface of each. */
export const providersOfPorts = (requests: readonly WireObject[], mapping: ProviderMapping): string[] =>
  requests
    .filter((request) => !isOfAlias(request))
    .flatMap((request) => mapping[textOf(fieldsOf(request)['requester_id']) ?? ''] ?? []);

/**
 * The PCI requests of a server as a destination meets them: those of aliases say by which providers, those of ports on
 * which interface.
 *
 * @param requests an InstancePCIRequests on the wire
 * @param names of providers, by uuid
 * @throws AmbiguousResourceProviderForPCIRequest, UnexpectedResourceProviderNameForPCIRequest
 */
export function metRequests(
  requests: WireObject,
  mapping: ProviderMapping,
  names: ReadonlyMap<string, string>,
): WireObject {
  const met = pciRequestsOf(requests).map((request) => {
    const filled = isOfAlias(request) ? aliasMet(request, mapping) : portMet(request, mapping, names);
    const spec = specsOf(request).map((entry) => ({ ...entry, ...filled }));
    return { ...request, 'nova_object.data': { ...request['nova_object.data'], spec } };
  });
  return { ...requests, 'nova_object.data': { ...requests['nova_object.data'], requests: met } };
}

function aliasMet(request: WireObject, mapping: ProviderMapping): JsonMap | undefined {
  const id = textOf(fieldsOf(request)['request_id']) ?? '';
  const providers = Object.entries(mapping).flatMap(([group, met]) => (group.startsWith(id) ? met : []));
  return providers.length === 0 ? undefined : { rp_uuids: providers.join(',') };
}

function portMet(
  request: WireObject,
  mapping: ProviderMapping,
  names: ReadonlyMap<string, string>,
): JsonMap | undefined {
  const requester = textOf(fieldsOf(request)['requester_id']) ?? '';
  const providers = ownOf(mapping, requester) ?? [];
  const [provider, ...others] = providers;
  if (provider === undefined) return undefined;
  if (others.length > 0) throw new AmbiguousResourceProviderForPCIRequest({ providers, requester });
  const name = names.get(provider) ?? '';
  const [, , parent_ifname, ...more] = name.split(':');
  if (parent_ifname === undefined || more.length > 0)
    throw new UnexpectedResourceProviderNameForPCIRequest({ provider, requester, provider_name: name });
  return { parent_ifname };
}
