import { newObject, setFields } from '#wire/wire';
import type { JsonMap, WireObject } from '#ports/json';
import type { Item } from '#ports/tables';
import { infoCacheItem } from '#records/items/info-cache';
import { jsonOrNull } from '#wire/json-text';
import { listOf, mapOf, plainText, textOf } from '#wire/reading';

/** The interfaces of a server as its record caches them: maps of Nova's network model. */
export const cachedInterfaces = (item: Item): readonly JsonMap[] =>
  listOf(jsonOrNull(plainText(infoCacheItem(item).network_info ?? ''))).map(mapOf);

/**
 * A spec with the networks of a server that exists (nova.network.neutron `get_pci_request_network`): the physical ones
 * of its interfaces, and which port is of which network. Without interfaces it stays as it is.
 */
export function withNetworks(spec: WireObject, item: Item): WireObject {
  const interfaces = cachedInterfaces(item);
  if (interfaces.length === 0) return spec;
  const networks = interfaces.map(({ network = null }) => mapOf(network));
  const physnets = networks.flatMap(({ meta = null }) => textOf(mapOf(meta)['physical_network']) ?? []);
  const objects = interfaces.map(({ id = null }, at) =>
    newObject('NetworkRequest', '1.3', { network_id: networks[at]?.['id'] ?? null, port_id: id }),
  );
  return setFields(spec, {
    network_metadata: newObject('NetworkMetadata', '1.0', { physnets: [...new Set(physnets)], tunneled: true }),
    requested_networks: newObject('NetworkRequestList', '1.1', { objects }),
  });
}
