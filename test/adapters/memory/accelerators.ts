import { AcceleratorRequestBindingFailed, AcceleratorRequestOpFailed, DeviceProfileError } from '#errors';
import type { Accelerators, Arq, DeviceGroup } from '#ports/accelerators';
import type { Ids } from '#ports/ids';

/** An accelerator service in memory, for worlds and tests. */
export interface MemoryAccelerators extends Accelerators {
  addProfile(name: string, groups: readonly DeviceGroup[]): void;
  /** Devices of a provider; others have none. */
  addDevices(providerUuid: string, count: number): void;
  /** Every request, bound or not. */
  all(): readonly Arq[];
}

/** Accelerator requests as Cyborg keeps them. */
export function memoryAccelerators(ids: Pick<Ids, 'uuid'>): MemoryAccelerators {
  const profiles = new Map<string, readonly DeviceGroup[]>();
  const devices = new Map<string, number>();
  const arqs = new Map<string, Arq>();
  const of = (instanceId: string): Arq[] => [...arqs.values()].filter((arq) => arq.instanceId === instanceId);
  return {
    addProfile: (name, groups) => void profiles.set(name, groups),
    addDevices: (providerUuid, count) => void devices.set(providerUuid, count),
    all: () => [...arqs.values()],
    async profile(_context, name) {
      const groups = profiles.get(name);
      if (groups === undefined) throw new DeviceProfileError({ name, msg: '0 profiles have the name' });
      return groups;
    },
    unbound: async (_context, profile) =>
      [...arqs.values()].filter((arq) => arq.profile === profile && arq.instanceId === null),
    async create(_context, profile) {
      const groups = profiles.get(profile);
      if (groups === undefined) throw new AcceleratorRequestOpFailed({ op: 'create', msg: `no profile ${profile}` });
      const made = groups.flatMap(({ resources }, group) => {
        const count = Object.values(resources).reduce((sum, amount) => sum + amount, 0);
        return Array.from({ length: count }, (): Arq => {
          const nowhere = { hostname: null, providerUuid: null, instanceId: null };
          return { uuid: ids.uuid(), state: 'Initial', profile, group, ...nowhere };
        });
      });
      for (const arq of made) arqs.set(arq.uuid, arq);
      return made;
    },
    async bind(_context, bindings) {
      const instanceId = bindings[0]?.instanceId ?? '';
      const refused = (msg: string) =>
        new AcceleratorRequestBindingFailed({ arqs: bindings.map(({ uuid }) => uuid), msg });
      if (of(instanceId).length > 0) {
        const isSame = bindings.every(({ uuid, hostname }) => {
          const arq = arqs.get(uuid);
          return arq?.instanceId === instanceId && arq.hostname === hostname && arq.state === 'Bound';
        });
        if (isSame) return;
        throw refused(`server ${instanceId} has accelerator requests already`);
      }
      for (const { uuid, hostname, providerUuid } of bindings) {
        const arq = arqs.get(uuid);
        if (arq === undefined) throw refused(`no request ${uuid}`);
        const used = [...arqs.values()].filter((one) => one.providerUuid === providerUuid && one.state === 'Bound');
        const free = (devices.get(providerUuid) ?? 0) > used.length;
        arqs.set(uuid, { ...arq, state: free ? 'Bound' : 'BindStarted', hostname, providerUuid, instanceId });
        if (!free) throw refused(`no device of ${providerUuid} is free`);
      }
    },
    arqsOf: async (_context, instanceId) => of(instanceId),
    async deleteOf(_context, instanceId) {
      for (const { uuid } of of(instanceId)) arqs.delete(uuid);
    },
    async delete(_context, uuids) {
      for (const uuid of uuids) arqs.delete(uuid);
    },
  };
}
