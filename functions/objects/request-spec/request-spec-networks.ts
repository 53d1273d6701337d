import { ValueError } from '#errors';
import type { Instance } from '#objects/instance/instance';
import { NetworkMetadata } from '#objects/network/network-metadata';
import { NetworkRequest, NetworkRequestList } from '#objects/network/network-request';
import type { ObjectOf } from '#objects/versioned/object-type';
import { isMap } from '#objects/versioned/primitive';
import type { RequestSpec } from './request-spec.ts';

/** Writes the networks that a server has into the spec of its move; without a cache of them the spec is left alone.
 * Nova's RequestSpec.ensure_network_information, which calls every such spec tunneled.
 * @throws ValueError when the cache is no list of network interfaces. */
export function ensureNetworkInformation(
  spec: ObjectOf<typeof RequestSpec>,
  instance: ObjectOf<typeof Instance>,
): void {
  const interfaces = readInterfaces(instance.peek('info_cache')?.peek('network_info') ?? null);
  if (interfaces.length === 0) return;
  const physnets = new Set<string>();
  const requests = interfaces.map((vif) => {
    const network = mapIn(vif, 'network');
    const physnet = mapIn(network, 'meta')['physical_network'];
    if (typeof physnet === 'string' && physnet !== '') physnets.add(physnet);
    const request = NetworkRequest.make();
    request.assign('network_id', network['id']);
    request.assign('port_id', vif['id']);
    return request;
  });
  spec.set('network_metadata', NetworkMetadata.make({ physnets: [...physnets], tunneled: true }));
  spec.set('requested_networks', NetworkRequestList.make({ objects: requests }));
}

type Dict = Readonly<Record<string, unknown>>;

function readInterfaces(text: string | null): Dict[] {
  if (text === null || text === '') return [];
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.filter(isMap) : [];
  } catch (cause) {
    throw new ValueError('The cached networks of the instance cannot be read', { cause });
  }
}

function mapIn(map: Dict, key: string): Dict {
  const value = map[key];
  return isMap(value) ? value : {};
}
