import { ComputeServiceInUse } from '#errors';
import type { Services } from '#ports/services';

/**
 * Refuses to take a server from a host that lives: it would run twice.
 *
 * @throws ComputeServiceInUse also while nobody can tell whether the host lives
 */
export async function mustBeDead(services: Pick<Services, 'serviceGroup'>, cell: string, host: string): Promise<void> {
  if ((await services.serviceGroup.verdict(cell, host)).liveness !== 'down') throw new ComputeServiceInUse({ host });
}
