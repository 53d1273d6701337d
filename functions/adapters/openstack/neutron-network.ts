import { InvalidInput } from '#errors';
import type { Accelerators } from '#ports/accelerators';
import type { RequestContext } from '#ports/context';
import type { Json, JsonMap, WireObject } from '#ports/json';
import type { Network } from '#ports/network';
import { fieldsOf, listOf, mapOf, objectsOf, textOf } from '#wire/reading';
import { detailOf } from './error-detail.ts';
import type { NeutronOptions } from './neutron-ports.ts';
import { unboundProfile } from './port-reading.ts';
import { withQuery } from './service-url.ts';
import { jsonOrNull } from '#wire/json-text';

export interface NeutronNetworkOptions extends NeutronOptions {
  /** Where devices of ports are given back; without it they stay with the accelerator service. */
  readonly accelerators?: Pick<Accelerators, 'delete'>;
}

/** Gives ports back to an OpenStack Neutron (nova.network.neutron `API.deallocate_for_instance`). */
export class NeutronNetwork implements Network {
  readonly #options: NeutronNetworkOptions;
  /** Whether a network names its ports itself, by network id. */
  readonly #named = new Map<string, boolean>();

  constructor(options: NeutronNetworkOptions) {
    this.#options = options;
  }

  async deallocateForInstance(context: RequestContext, instance: WireObject, requestedNetworks: Json): Promise<void> {
    const data = instance['nova_object.data'];
    const path = withQuery('/v2.0/ports', ['device_id', textOf(data['uuid']) ?? '']);
    const { status, body } = await this.#options.client.call({ method: 'GET', path, as: 'user', context });
    if (status >= 400) throw new InvalidInput({ reason: `the network service lists no ports: ${detailOf(body)}` });
    const ports = listOf(mapOf(body)['ports']).flatMap((port) => textOf(mapOf(port)['id']) ?? []);
    const kept = new Set([...requestedPorts(requestedNetworks), ...portsFromBefore(data['info_cache'])]);
    for (const port of kept) await this.#giveUp(context, port);
    await this.#deleteAll(
      context,
      ports.filter((port) => !kept.has(port)),
    );
  }

  /** A port that was there before the server is bound nowhere from now on; errors are logged, the next one follows. */
  async #giveUp(context: RequestContext, port: string): Promise<void> {
    const { client, accelerators, log } = this.#options;
    const path = `/v2.0/ports/${encodeURIComponent(port)}`;
    const shown = withQuery(path, ['fields', 'binding:profile'], ['fields', 'network_id']);
    const known = await client.call({ method: 'GET', path: shown, as: 'service', context });
    if (known.status === 404) return;
    const { 'binding:profile': stored, network_id: network } = mapOf(mapOf(known.body)['port']);
    const profile = mapOf(stored);
    const arq = textOf(profile['arq_uuid']);
    if (arq !== undefined) await accelerators?.delete(context, [arq]);
    const hasDns = await this.#options.extensions.has('dns-integration');
    const named = hasDns && (await this.#isNamed(context, textOf(network) ?? ''));
    const unbound: JsonMap = {
      device_id: '',
      device_owner: '',
      'binding:host_id': null,
      'binding:profile': unboundProfile(profile),
      ...(hasDns && !named ? { dns_name: '' } : {}),
    };
    const answer = await client.call({
      method: 'PUT',
      path,
      as: 'service',
      context,
      body: { port: unbound },
      repeatable: true,
    });
    if (answer.status >= 400) log.error('a port could not be given up', { port, reason: detailOf(answer.body) });
    // The name of a port in a network with a domain is the user's to change.
    if (answer.status < 400 && named) {
      await client.call({
        method: 'PUT',
        path,
        as: 'user',
        context,
        body: { port: { dns_name: '' } },
        repeatable: true,
      });
    }
  }

  /** Whether the network has a domain of its own. */
  async #isNamed(context: RequestContext, network: string): Promise<boolean> {
    const known = this.#named.get(network);
    if (known !== undefined) return known;
    const path = `/v2.0/networks/${encodeURIComponent(network)}?fields=dns_domain`;
    const { body } = await this.#options.client.call({ method: 'GET', path, as: 'service', context });
    const named = textOf(mapOf(mapOf(body)['network'])['dns_domain']) !== undefined;
    this.#named.set(network, named);
    return named;
  }

  /** All are tried; then the first error is thrown. */
  async #deleteAll(context: RequestContext, ports: readonly string[]): Promise<void> {
    const failures: unknown[] = [];
    for (const port of ports) {
      const path = `/v2.0/ports/${encodeURIComponent(port)}`;
      try {
        const { status, body } = await this.#options.client.call({ method: 'DELETE', path, as: 'user', context });
        if (status === 404) this.#options.log.warn('a port is gone already', { port });
        else if (status >= 400)
          failures.push(new InvalidInput({ reason: `port ${port}: ${status}: ${detailOf(body)}` }));
      } catch (error) {
        failures.push(error);
      }
    }
    const [first] = failures;
    if (first !== undefined) throw first;
  }
}

/** Ports that the user named; a request is an object, or a list `[network, address, port, …]` of old callers. */
const requestedPorts = (requested: Json): string[] => [
  ...objectsOf(requested).flatMap((request) => textOf(fieldsOf(request)['port_id']) ?? []),
  ...listOf(requested).flatMap((entry) => textOf(listOf(entry)[2]) ?? []),
];

/** Ports that the server's network cache says were there before it. */
function portsFromBefore(cache: Json | undefined): string[] {
  const { network_info: info } = fieldsOf(cache);
  const vifs = typeof info === 'string' ? jsonOrNull(info) : info;
  return listOf(vifs)
    .map(mapOf)
    .flatMap((vif) => (vif['preserve_on_delete'] === true ? (textOf(vif['id']) ?? []) : []));
}
