import { DEFAULTS, type Configuration } from '#ports/configuration';
import type { Behaviour } from '#local/fleet/behaviour';
import type { ComputeOptions } from '#local/fleet/fake-compute';
import { scriptedBehaviour, type Scenario } from './scenario.ts';

/** In what the demo's world is otherwise. */
export interface DemoOptions {
  /** Hosts are offered direct calls, and make them. @default false */
  readonly directCalls?: boolean;
  /**
   * The times of a deployment, and hosts that take theirs.
   * @default seconds, so that a dead host is noticed while one watches
   */
  readonly slow?: boolean;
  /** So many times the room: on each host, and by the quotas. @default 1 */
  readonly capacity?: number;
}

/** Liveness in seconds instead of minutes. */
const QUICK = { serviceDownTime: 3, waitSeconds: 2, stallSeconds: 120, restartGraceSeconds: 10 };

/** Seconds between two heartbeats: Nova's report_interval, and that of the quick world. */
const HEARTBEAT = { slow: 10, quick: 1 };

/** Milliseconds that a slow host takes for each order. */
const WORK_MS = 5000;

/** What the functions of such a world go by. */
export function demoConfiguration({ directCalls = false, slow = false, capacity = 1 }: DemoOptions) {
  const { instances, cores, ram } = DEFAULTS.quota;
  return {
    ...(slow ? {} : QUICK),
    directCalls,
    quota: { instances: instances * capacity, cores: cores * capacity, ram: ram * capacity },
  } satisfies Partial<Configuration>;
}

/** Makes the hosts of such a world, which behave as the scenarios say. */
export function demoHost(
  scenarios: readonly Scenario[],
  { slow = false, capacity = 1 }: DemoOptions,
): (host: string, cell: string) => ComputeOptions {
  const scripted = scriptedBehaviour(scenarios);
  const slowly: Behaviour = (order, attempt) => {
    const next = scripted(order, attempt);
    return { delay: WORK_MS, ...(next === 'build' ? {} : { next }) };
  };
  return (host, cell) => ({
    host,
    cell,
    behaviour: slow ? slowly : scripted,
    heartbeatSeconds: slow ? HEARTBEAT.slow : HEARTBEAT.quick,
    capacity: { vcpus: 10 * capacity, memoryMb: 8192 * capacity, diskGb: 1028 * capacity },
  });
}
