import { requestEnvelope } from '#wire/envelope';
import type { Compute } from '#ports/compute';
import { cellQueue, hostQueue } from '#ports/host-queue';
import type { Queues } from '#ports/queues';

/**
 * Compute hosts behind one queue each. A call's answer comes back to the conductor queue of the host's cell, whose name
 * travels as the reply queue.
 */
export function queuedCompute(queues: Queues): Compute {
  return {
    async cast({ cell, host, method, version, args, topic, context, uniqueId }) {
      const body = requestEnvelope({ method, version, args, context, uniqueId });
      await queues.send(hostQueue(cell, host), { body, ...attributesOf(topic) });
    },
    async call({ cell, host, method, version, args, topic, context, uniqueId, messageId, timeoutSeconds }) {
      const reply = { queue: cellQueue(cell), messageId };
      const timeout = timeoutSeconds;
      const body = requestEnvelope({ method, version, args, context, uniqueId, reply, timeout });
      await queues.send(hostQueue(cell, host), { body, ...attributesOf(topic) });
    },
  };
}

/** A host has one queue for its topics: an attribute says which one a message is for. */
const attributesOf = (topic: string | undefined) => (topic === undefined ? {} : { attributes: { topic } });
