import { ComputeServiceInUse, ComputeServiceUndecided, ComputeServiceUnread } from '#errors';
import type { Services } from '#ports/services';

/**
 * Refuses to take a server from a host that lives: it would run twice.
 *
 * @throws ComputeServiceInUse
 * @throws ComputeServiceUnread while nobody reads what it may have said; the step is tried again for as long as it takes
 * @throws ComputeServiceUndecided while nobody knows whether the host lives; the step is tried again for some minutes
 */
export async function mustBeDead(services: Pick<Services, 'serviceGroup'>, cell: string, host: string): Promise<void> {
  const { liveness, reason, unread = false } = await services.serviceGroup.verdict(cell, host);
  if (unread) throw new ComputeServiceUnread({ host, reason });
  if (liveness === 'unknown') throw new ComputeServiceUndecided({ host, reason });
  if (liveness === 'up') throw new ComputeServiceInUse({ host });
}
