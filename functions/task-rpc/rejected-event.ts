import { notifyQuietly, type NotifyServices } from '#records/notify';
import type { RpcRequest } from '#wire/envelope';
import { reasonOf } from '#wire/failure';

const EVENT = 'compute_task.rejected';

/**
 * Publishes a cast that is put aside for good, with the reason: nobody waits for its answer, and its publisher has no
 * other way to hear of it. Nova has no such event.
 *
 * @param id of the message, the same however often it is delivered
 */
export async function publishRejected(
  services: NotifyServices,
  id: string,
  request: Pick<RpcRequest, 'method' | 'version' | 'context'> | undefined,
  error: Error,
): Promise<void> {
  const { host } = services.config;
  const payload = () => ({
    method: request?.method ?? null,
    version: request?.version ?? null,
    request_id: request?.context.request_id ?? null,
    project_id: request?.context.project_id ?? null,
    user_id: request?.context.user_id ?? null,
    reason: reasonOf(error),
  });
  await notifyQuietly(services, {
    id: `rejected-${id}`,
    priority: 'ERROR',
    unversioned: { eventType: EVENT, publisherId: `compute_task.${host}`, payload },
    versioned: { eventType: EVENT, publisherId: `nova-conductor:${host}`, payload },
  });
}
