import { MaxRetriesExceeded } from '#errors';
import { toBeClaimed } from '#conductor/selection';
import type { Json } from '#ports/json';
import type { Owner } from '#ports/placement';
import type { Services } from '#ports/services';
import { fieldsOf, textOf } from '#wire/reading';

/** A claim for the next attempt on a server. */
export interface AlternateClaim {
  readonly uuid: string;
  readonly cell: string;
  /** Place of the Selection at hand, -1 before the first. */
  readonly chosen: number;
  readonly operation: string;
  readonly owner: Owner;
  /** Whether a host may be taken at all. */
  readonly mayTake: (host: string) => boolean | Promise<boolean>;
}

/**
 * The place of the first alternate that could be claimed; one without placement data is taken without a claim. A host
 * that is down is passed over and is no try: nobody would hear the order.
 *
 * @throws MaxRetriesExceeded when there is none
 */
export async function claimNext(
  services: Pick<Services, 'placement' | 'serviceGroup'>,
  list: readonly Json[],
  { uuid, cell, chosen, operation, owner, mayTake }: AlternateClaim,
): Promise<number> {
  for (let at = chosen + 1; at < list.length; at += 1) {
    const { allocation_request: request, service_host } = fieldsOf(list[at]);
    const host = textOf(service_host) ?? '';
    if (!(await mayTake(host))) continue;
    if ((await services.serviceGroup.verdict(cell, host)).liveness === 'down') continue;
    const wanted = toBeClaimed(request);
    if (wanted === undefined || (await services.placement.claim(uuid, wanted, owner, operation))) return at;
  }
  throw new MaxRetriesExceeded({
    reason: `Exhausted all hosts available for retrying build failures for instance ${uuid}.`,
  });
}
