import { queuedCompute } from '#adapters/sqs/compute';
import { extendedQueues } from '#adapters/sqs/extended-queues';
import { queuedNetwork } from '#adapters/sqs/network';
import { EmbeddedPlacement } from '#placement/embedded-placement';
import type { Services } from '#ports/services';
import { Counter } from '#records/counter';
import { imageTable } from '#records/images';
import { serviceGroup } from '#records/service-group';
import { FilterScheduler } from '#scheduler/manager';
import { DEFAULT_SETTINGS } from '#scheduler/settings';

/** What differs between an account, the local world and a simulation. */
export type Adapters = Pick<
  Services,
  'blobs' | 'clock' | 'config' | 'executions' | 'ids' | 'log' | 'notifier' | 'queues' | 'sealer' | 'tables'
> & {
  /** From 0 up to 1, without it; ties between equal hosts. */
  readonly random?: () => number;
  readonly counter?: Counter;
};

/** Every port but the scheduler, for functions that answer messages and choose no hosts: they start faster without it. */
export function assembleRecords(adapters: Adapters): Omit<Services, 'scheduler'> {
  const { blobs, tables, counter = new Counter() } = adapters;
  const queues = extendedQueues(adapters.queues, blobs);
  return {
    ...adapters,
    counter,
    queues,
    compute: queuedCompute(queues),
    image: imageTable(adapters),
    network: queuedNetwork(queues),
    placement: new EmbeddedPlacement(tables),
    serviceGroup: serviceGroup(adapters),
  };
}

/** Every port over those adapters: what is ours is the same everywhere. */
export function assemble(adapters: Adapters): Services {
  const { tables, clock, config, log, random = Math.random } = adapters;
  return {
    ...assembleRecords(adapters),
    scheduler: new FilterScheduler({
      tables,
      clock,
      random,
      settings: {
        maxAttempts: config.maxAttempts,
        serviceDownTime: config.serviceDownTime,
        defaultAvailabilityZone: config.defaultAvailabilityZone,
        enabledFilters: config.enabledFilters ?? DEFAULT_SETTINGS.enabledFilters,
        weightClasses: config.weightClasses,
      },
      onNoValidHost: (refusals) => log.info('no valid host', { refusals: JSON.stringify(refusals) }),
    }),
  };
}
