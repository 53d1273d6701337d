import { requestEnvelope } from '#wire/envelope';
import type { Network } from '#ports/network';
import type { Queues } from '#ports/queues';

/** The queue of the network agent. */
const NETWORK = 'network';

/** A network agent behind a queue: what it is asked is carried out later, and repeats do no harm. */
export function queuedNetwork(queues: Queues): Network {
  return {
    async deallocateForInstance(context, instance, requestedNetworks) {
      const { uuid } = instance['nova_object.data'];
      await queues.send(NETWORK, {
        body: requestEnvelope({
          method: 'deallocate_for_instance',
          version: '1.0',
          args: { instance, requested_networks: requestedNetworks },
          context,
          uniqueId: `deallocate-${typeof uuid === 'string' ? uuid : ''}-${context.request_id}`,
        }),
      });
    },
  };
}
