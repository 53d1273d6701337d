import type { Accelerators } from './accelerators.ts';
import type { Counter } from './counter.ts';
import type { Blobs } from './blobs.ts';
import type { Clock } from './clock.ts';
import type { Compute } from './compute.ts';
import type { Configuration } from './configuration.ts';
import type { DirectCalls } from './direct-calls.ts';
import type { Executions } from './executions.ts';
import type { Ids } from './ids.ts';
import type { Image } from './image.ts';
import type { Log } from './log.ts';
import type { Network } from './network.ts';
import type { NetworkPorts } from './network-ports.ts';
import type { Notifier } from './notifier.ts';
import type { Placement } from './placement.ts';
import type { Queues } from './queues.ts';
import type { CloudQuota } from './cloud-quota.ts';
import type { Scheduler } from './scheduler.ts';
import type { Sealer } from './sealer.ts';
import type { ServiceGroup } from './service-group.ts';
import type { Tables } from './tables.ts';
import type { Volumes } from './volumes.ts';

/** Every port, as wired for a process; a function names those it uses by `Pick`. */
export interface Services {
  /** Absent where no accelerator service is named. */
  readonly accelerators?: Accelerators;
  readonly blobs: Blobs;
  readonly clock: Clock;
  readonly compute: Compute;
  readonly config: Configuration;
  readonly counter: Counter;
  /** Absent where hosts are not offered direct calls. */
  readonly directCalls?: DirectCalls;
  readonly executions: Executions;
  readonly ids: Ids;
  readonly image: Image;
  readonly log: Log;
  readonly network: Network;
  /** Absent where no network service is named. */
  readonly networkPorts?: NetworkPorts;
  readonly notifier: Notifier;
  readonly placement: Placement;
  readonly queues: Queues;
  /** Absent where no cloud's Placement is asked. */
  readonly cloudQuota?: CloudQuota;
  readonly scheduler: Scheduler;
  readonly sealer: Sealer;
  readonly serviceGroup: ServiceGroup;
  readonly tables: Tables;
  /** Absent where no volume service is named. */
  readonly volumes?: Volumes;
}
