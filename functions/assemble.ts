import { multipliersOf } from '#configuration/scheduling';
import { downAfter } from '#conductor/heartbeat';
import { queuedCompute } from '#adapters/sqs/compute';
import { extendedQueues } from '#adapters/sqs/extended-queues';
import { queuedNetwork } from '#adapters/sqs/network';
import type { CloudPorts } from '#adapters/openstack/cloud-ports';
import { EmbeddedPlacement } from '#placement/embedded-placement';
import { withKnownNodes } from '#placement/known-nodes';
import type { Services } from '#ports/services';
import type { Counter } from '#ports/counter';
import { BlockCounter } from '#records/block-counter';
import { imageTable } from '#records/images';
import { serviceGroup } from '#records/service-group';
import { FilterScheduler } from '#scheduler/manager';
import { cappedScheduler } from '#scheduler/rpc-cap';
import { DEFAULT_SETTINGS } from '#scheduler/settings';

/** What records need of that which differs between an account, the local world and a simulation. */
export type RecordAdapters = Pick<
  Services,
  'blobs' | 'clock' | 'config' | 'executions' | 'ids' | 'log' | 'notifier' | 'queues' | 'tables'
> & {
  readonly counter?: Counter;
  /** Services of a cloud in place of the deployment's own. @default none */
  readonly cloud?: CloudPorts;
};

/** Everything that differs between them. */
export type Adapters = RecordAdapters &
  Pick<Services, 'sealer'> & {
    /** From 0 up to 1, without it; ties between equal hosts. */
    readonly random?: () => number;
  };

/** The ports that object calls need. */
export type RecordServices = RecordAdapters & Pick<Services, 'counter' | 'placement'>;

/** The ports of object calls over their adapters; a bundle with these alone has no scheduler in it. */
export function assembleRecords(adapters: RecordAdapters): RecordServices {
  const own = new EmbeddedPlacement(adapters.tables, adapters.log);
  const named = adapters.cloud?.placement;
  return {
    ...adapters,
    counter: adapters.counter ?? new BlockCounter(),
    queues: extendedQueues(adapters.queues, adapters.blobs),
    placement: named === undefined ? own : withKnownNodes(named, own),
  };
}

/** Every port over the adapters: what is ours is the same everywhere. */
export function assemble(adapters: Adapters): Services {
  const { tables, clock, config, log, cloud = {}, random = Math.random } = adapters;
  const records = assembleRecords(adapters);
  const { queues } = records;
  return {
    ...adapters,
    ...records,
    compute: queuedCompute(queues),
    image: cloud.image ?? imageTable(adapters),
    network: cloud.network ?? queuedNetwork(queues),
    ...(cloud.volumes === undefined ? {} : { volumes: cloud.volumes }),
    scheduler: cappedScheduler(
      new FilterScheduler({
        tables,
        clock,
        random,
        ...(cloud.placement === undefined ? {} : { placement: cloud.placement }),
        settings: {
          maxAttempts: config.maxAttempts,
          serviceDownTime: downAfter(config),
          defaultAvailabilityZone: config.defaultAvailabilityZone,
          enabledFilters: config.enabledFilters ?? DEFAULT_SETTINGS.enabledFilters,
          weightClasses: config.weightClasses,
          weightMultipliers: multipliersOf(config.weightMultipliers),
          hostSubsetSize: config.hostSubsetSize,
          maxPlacementResults: config.maxPlacementResults,
        },
        onNoValidHost: (refusals, { context: { request_id }, log: told = log }) =>
          told.info('no valid host', { request_id, refusals: JSON.stringify(refusals) }),
      }),
      config.schedulerRpc,
    ),
    serviceGroup: serviceGroup(adapters),
  };
}
