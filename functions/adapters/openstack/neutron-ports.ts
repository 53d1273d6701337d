import {
  Forbidden,
  InvalidInput,
  PortBindingActivationFailed,
  PortBindingDeletionFailed,
  PortBindingFailed,
} from '#errors';
import type { RequestContext } from '#ports/context';
import type { Json } from '#ports/json';
import type { Log } from '#ports/log';
import type { NetworkPorts, PortBinding, WantedBinding } from '#ports/network-ports';
import { listOf, mapOf } from '#wire/reading';
import { detailOf, neutronType } from './error-detail.ts';
import type { NeutronExtensions } from './neutron-extensions.ts';
import { portNeeds, readBinding, readPort } from './port-reading.ts';
import { ROLES, type Answer, type Call, type ServiceClient } from './service-client.ts';
import { withQuery } from './service-url.ts';

export interface NeutronOptions {
  readonly client: ServiceClient;
  readonly extensions: NeutronExtensions;
  readonly log: Pick<Log, 'warn' | 'error'>;
}

/** Ports and bindings of an OpenStack Neutron, always asked as the conductor: bindings are an administrator's. */
export class NeutronPorts implements NetworkPorts {
  readonly #options: NeutronOptions;

  constructor(options: NeutronOptions) {
    this.#options = options;
  }

  hasBindings(): Promise<boolean> {
    return this.#options.extensions.has('binding-extended');
  }

  async ofInstance(context: RequestContext, instanceId: string) {
    const path = withQuery('/v2.0/ports', ['device_id', instanceId]);
    const { ports } = mapOf(read(await this.#call({ method: 'GET', path, context })));
    return listOf(ports).map(readPort);
  }

  async needs(context: RequestContext, instanceId: string) {
    const fields = [['fields', 'id'] as const, ['fields', 'resource_request'] as const];
    const path = withQuery('/v2.0/ports', ['device_id', instanceId], ...fields);
    const ports = listOf(mapOf(read(await this.#call({ method: 'GET', path, context })))['ports']).map(mapOf);
    // Neutron leaves the field out for those who may not see it: that is no port without needs.
    if (ports.some((port) => port['resource_request'] === undefined)) {
      throw await this.#options.client.misconfigured({ path: '/v2.0/ports' }, 'does not show resource requests', ROLES);
    }
    return portNeeds(ports, await this.#options.extensions.has('port-resource-request-groups'));
  }

  async bindings(context: RequestContext, portId: string): Promise<readonly PortBinding[]> {
    const answer = await this.#call({ method: 'GET', path: pathOf(portId), context });
    return answer.status === 404 ? [] : listOf(mapOf(read(answer))['bindings']).map(readBinding);
  }

  async bind(context: RequestContext, host: string, wanted: readonly WantedBinding[]) {
    const made = new Map<string, PortBinding>();
    const fresh: string[] = [];
    for (const binding of wanted) {
      try {
        const { binding: bound, isNew } = await this.#bindOne(context, host, binding);
        made.set(binding.portId, bound);
        if (isNew) fresh.push(binding.portId);
      } catch (error) {
        await this.#undo(context, host, fresh);
        throw error;
      }
    }
    return made;
  }

  async activate(context: RequestContext, portId: string, host: string): Promise<void> {
    const path = `${pathOf(portId, host)}/activate`;
    const answer = await this.#call({ method: 'PUT', path, context, repeatable: true });
    const there = answer.status === 409 && neutronType(answer.body) === 'PortBindingAlreadyActive';
    if (answer.status >= 400 && !there) throw new PortBindingActivationFailed({ port_id: portId, host });
  }

  async unbind(context: RequestContext, portId: string, host: string): Promise<void> {
    const found = await this.#bindingOn(context, portId, host);
    if (found?.status === 'ACTIVE') {
      const message = `The binding for port ${portId} on host ${host} is the active one and is not deleted.`;
      throw new PortBindingDeletionFailed({ port_id: portId, host }, { message });
    }
    if (found !== undefined) await this.#delete(context, portId, host);
  }

  async #bindOne(context: RequestContext, host: string, wanted: WantedBinding) {
    const { portId, vnicType, profile } = wanted;
    const body = { binding: { host, vnic_type: vnicType, profile } };
    const answer = await this.#call({ method: 'POST', path: pathOf(portId), context, body });
    if (answer.status < 400) return { binding: readBinding(mapOf(answer.body)['binding']), isNew: true };
    const there = answer.status === 409 ? await this.#bindingOn(context, portId, host) : undefined;
    if (there !== undefined && sameJson(there.profile, profile)) return { binding: there, isNew: false };
    if (there?.status === 'INACTIVE') {
      await this.#delete(context, portId, host);
      const again = await this.#call({ method: 'POST', path: pathOf(portId), context, body });
      if (again.status < 400) return { binding: readBinding(mapOf(again.body)['binding']), isNew: true };
    }
    this.#options.log.error('a port could not be bound', { port: portId, host, reason: detailOf(answer.body) });
    throw new PortBindingFailed({ port_id: portId });
  }

  async #bindingOn(context: RequestContext, portId: string, host: string): Promise<PortBinding | undefined> {
    return (await this.bindings(context, portId)).find((binding) => binding.host === host);
  }

  async #delete(context: RequestContext, portId: string, host: string): Promise<void> {
    const answer = await this.#call({ method: 'DELETE', path: pathOf(portId, host), context });
    if (answer.status < 400 || answer.status === 404) return;
    throw new PortBindingDeletionFailed({ port_id: portId, host });
  }

  async #undo(context: RequestContext, host: string, ports: readonly string[]): Promise<void> {
    for (const port of ports) {
      try {
        await this.unbind(context, port, host);
      } catch (error) {
        this.#options.log.warn('a binding that was made in vain stays', { port, host, reason: String(error) });
      }
    }
  }

  #call(call: Omit<Call, 'as'>): Promise<Answer> {
    return this.#options.client.call({ ...call, as: 'service' });
  }
}

const pathOf = (portId: string, host?: string): string =>
  `/v2.0/ports/${encodeURIComponent(portId)}/bindings${host === undefined ? '' : `/${encodeURIComponent(host)}`}`;

/** The document of an answer below 400. */
function read({ status, body }: Answer): Json | undefined {
  if (status < 400) return body;
  const message = `The network service refused: ${detailOf(body)}`;
  throw status === 403 ? new Forbidden({}, { message }) : new InvalidInput({ reason: message });
}

/** Equal whatever the order of their keys. */
function sameJson(one: Json, other: Json): boolean {
  const sorted = (value: Json): Json =>
    typeof value !== 'object' || value === null || Array.isArray(value)
      ? value
      : Object.fromEntries(
          Object.entries(value)
            .toSorted(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, entry]) => [key, sorted(entry)]),
        );
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}
