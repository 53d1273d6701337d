import { multipliersOf } from '#configuration/scheduling';
import { downAfter } from '#conductor/heartbeat';
import { queuedCompute } from '#adapters/sqs/compute';
import { queuedNetwork } from '#adapters/sqs/network';
import { assembleRecords, type RecordAdapters } from '#assemble-records';
import type { Services } from '#ports/services';
import { imageTable } from '#records/images';
import { RememberedReads } from '#records/remembered-reads';
import { serviceGroup } from '#records/hosts/service-group';
import { schedulerOnDemand } from '#scheduler/on-demand';
import { cappedScheduler } from '#scheduler/rpc-cap';
import { DEFAULT_SETTINGS } from '#scheduler/settings';

/** Everything that differs between them. */
export type Adapters = RecordAdapters &
  Pick<Services, 'sealer'> & {
    /** From 0 up to 1, without it; ties between equal hosts. */
    readonly random?: () => number;
  };

/** Every port over the adapters: what is ours is the same everywhere. */
export function assemble(given: Adapters): Services {
  const adapters = { ...given, tables: new RememberedReads(given.tables) };
  const { tables, clock, config, log, cloud = {}, random = Math.random } = adapters;
  const records = assembleRecords(adapters);
  const { queues } = records;
  return {
    ...adapters,
    ...records,
    compute: queuedCompute(queues),
    image: cloud.image ?? imageTable(adapters),
    network: cloud.network ?? queuedNetwork(queues),
    ...(cloud.accelerators === undefined ? {} : { accelerators: cloud.accelerators }),
    ...(cloud.networkPorts === undefined ? {} : { networkPorts: cloud.networkPorts }),
    ...(cloud.volumes === undefined ? {} : { volumes: cloud.volumes }),
    ...(cloud.cloudQuota === undefined ? {} : { cloudQuota: cloud.cloudQuota }),
    scheduler: cappedScheduler(
      schedulerOnDemand({
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
        onNoValidHost: (refusals, { context: { request_id }, log: to = log }) =>
          to.info('no valid host', { request_id, refusals: JSON.stringify(refusals) }),
      }),
      config.schedulerRpc,
    ),
    serviceGroup: serviceGroup(adapters),
  };
}
