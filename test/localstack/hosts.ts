import { afterAll } from 'vitest';
import type { ComputeOptions, FleetPorts } from '#local/fleet/fake-compute';
import { Fleet } from '#local/fleet/fleet';
import { commandFor } from './conductor-command.ts';

/**
 * The hosts of one test file, which are disabled and stopped when its tests have ended.
 *
 * A host that has stopped counts as up for another service_down_time: were it not disabled, servers of the next file
 * would be scheduled to it, and wait for a host that takes no orders. What a file registers itself to be done
 * afterwards is done before that.
 */
export function hostsOfThisFile(
  endpoint: string | undefined,
  ports: FleetPorts,
  hosts: readonly ComputeOptions[],
): Fleet {
  const fleet = new Fleet(ports, hosts);
  afterAll(async () => {
    if (endpoint !== undefined) await disable(endpoint, fleet);
    await fleet.stop();
  });
  return fleet;
}

async function disable(endpoint: string, fleet: Fleet): Promise<void> {
  const conductor = commandFor(endpoint);
  for (const { host } of fleet.computes) {
    const said = await conductor(`host disable ${host}`);
    if (!said.includes('is disabled')) throw new Error(`host disable ${host}: ${said}`);
  }
}
