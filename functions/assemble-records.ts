import { extendedQueues } from '#adapters/sqs/extended-queues';
import type { CloudPorts } from '#adapters/openstack/cloud-ports';
import { EmbeddedPlacement } from '#placement/embedded-placement';
import { withKnownNodes } from '#placement/known-nodes';
import type { Counter } from '#ports/counter';
import type { Services } from '#ports/services';
import { BlockCounter } from '#records/block-counter';

/** What records need of that which differs between an account, the local world and a simulation. */
export type RecordAdapters = Pick<
  Services,
  'blobs' | 'clock' | 'config' | 'directCalls' | 'executions' | 'ids' | 'log' | 'notifier' | 'queues' | 'tables'
> & {
  readonly counter?: Counter;
  /** Services of a cloud in place of the deployment's own. @default none */
  readonly cloud?: CloudPorts;
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
