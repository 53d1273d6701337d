import { PortBindingActivationFailed, PortBindingDeletionFailed, PortBindingFailed } from '#errors';
import type { NetworkPorts, PortBinding, PortNeeds, InstancePort } from '#ports/network-ports';

/** A network service in memory, for worlds and tests. */
export interface MemoryNetworkPorts extends NetworkPorts {
  /** A port of a server, bound to the host where there is one. */
  addPort(instanceId: string, port: InstancePort, needs?: PortNeeds): void;
}

interface StoredPort {
  readonly instanceId: string;
  readonly port: InstancePort;
  readonly needs: PortNeeds | undefined;
  readonly bindings: Map<string, PortBinding>;
}

const bindingOn = (host: string, status: 'ACTIVE' | 'INACTIVE', { vnicType, profile }: Wanted): PortBinding => ({
  host,
  status,
  vnicType,
  vifType: 'ovs',
  vifDetails: {},
  profile,
});

type Wanted = Pick<InstancePort, 'vnicType' | 'profile'>;

/** Ports and bindings; ports can be bound on these hosts alone. */
export function memoryNetworkPorts(hosts: ReadonlySet<string>): MemoryNetworkPorts {
  const ports = new Map<string, StoredPort>();
  const of = (instanceId: string): StoredPort[] => [...ports.values()].filter((port) => port.instanceId === instanceId);
  return {
    addPort(instanceId, port, needs) {
      const bindings = new Map<string, PortBinding>();
      if (port.host !== null) bindings.set(port.host, bindingOn(port.host, 'ACTIVE', port));
      ports.set(port.id, { instanceId, port, needs, bindings });
    },
    hasBindings: async () => true,
    ofInstance: async (_context, instanceId) => of(instanceId).map(({ port }) => port),
    async needs(_context, instanceId) {
      const needs = of(instanceId).flatMap((port) => port.needs ?? []);
      return {
        groups: needs.flatMap(({ groups }) => groups),
        sameSubtree: needs.flatMap(({ sameSubtree }) => sameSubtree),
        grouped: needs.every(({ grouped }) => grouped),
      };
    },
    async bind(_context, host, wanted) {
      const made = new Map<string, PortBinding>();
      for (const { portId, ...rest } of wanted) {
        const stored = ports.get(portId);
        if (stored === undefined || !hosts.has(host)) {
          for (const id of made.keys()) ports.get(id)?.bindings.delete(host);
          throw new PortBindingFailed({ port_id: portId });
        }
        const binding = stored.bindings.get(host) ?? bindingOn(host, 'INACTIVE', rest);
        stored.bindings.set(host, binding);
        made.set(portId, binding);
      }
      return made;
    },
    bindings: async (_context, portId) => [...(ports.get(portId)?.bindings.values() ?? [])],
    async activate(_context, portId, host) {
      const bindings = ports.get(portId)?.bindings;
      if (!bindings?.has(host)) throw new PortBindingActivationFailed({ port_id: portId, host });
      for (const [at, binding] of bindings) {
        bindings.set(at, { ...binding, status: at === host ? 'ACTIVE' : 'INACTIVE' });
      }
    },
    async unbind(_context, portId, host) {
      const bindings = ports.get(portId)?.bindings;
      if (bindings?.get(host)?.status === 'ACTIVE') throw new PortBindingDeletionFailed({ port_id: portId, host });
      bindings?.delete(host);
    },
  };
}
