import { evacuateHost, type EvacuationPorts, type Moved } from '#cli/hosts/evacuation';
import type { Cell } from '#records/method';
import type { Fleet } from '#local/fleet/fleet';

/** The hosts of a demo's world: fake ones, or stock computes. */
export interface DemoHosts {
  /** Hosts that have a server, by what they say themselves. */
  runsOn(uuid: string): readonly string[];
  /** Falls silent at once. */
  kill(host: string): Promise<void>;
  /** Comes back, and has registered afterwards. */
  revive(host: string): Promise<void>;
  /** Evacuates all servers of a host, as `conductor host evacuate` does. */
  evacuate(
    ports: EvacuationPorts,
    cell: Cell,
    host: string,
    progress: (moved: Moved, ended: number, all: number) => void,
  ): Promise<unknown>;
}

/** How an evacuation goes about it: servers at a time, and seconds for one. */
const EVACUATION = { to: undefined, parallel: 10, timeoutSeconds: 60 };

/** Fake hosts. */
export const fleetHosts = (fleet: Fleet): DemoHosts => ({
  runsOn: (uuid) => fleet.computes.filter(({ instances: servers }) => servers.includes(uuid)).map(({ host }) => host),
  kill: async (host) => fleet.host(host).die(),
  revive: (host) => fleet.host(host).start(),
  evacuate: (ports, cell, host, progress) => evacuateHost(ports, cell, { ...EVACUATION, source: host }, progress),
});
