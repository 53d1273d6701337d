import type { Services } from '#ports/services';
import { RequestDocumentNotFound } from '#errors';
import { existingInstances } from '#operations/existing-instances';
import { failFirstAttempt } from '#servers/fail-first-attempt';
import { inParallel } from '#records/in-parallel';
import { operationState } from '#records/operation';
import { quotaHold } from '#records/instance-quota';
import { returnShare } from '#records/quota-usage';
import { readRequest } from '#operations/request-document';
import { failureOf, type StepEvent } from '../step.ts';
import { countAnyway } from '../request-amounts.ts';
import type { BuildState } from './state.ts';

/** Servers read together, and failed at the same time. */
const AT_ONCE = 25;

/**
 * Ends the first attempt for servers that exist and cannot be placed (nova.conductor.manager `build_instances`): each
 * is in error with its fault where it is recorded, its build request goes, its networks are cleaned up. Each on its
 * own: one that was deleted, or that another request is at work on, holds up no other. All may have been deleted. Needs no undo: it
 * is one.
 */
export async function failServers(
  services: Services,
  { state, error, execution }: StepEvent<BuildState>,
): Promise<void> {
  const { request } = state;
  if (state.uuids.length === 0) return;
  const found = await existingInstances(services, state.uuids);
  const records = new Map(found.map((each) => [each.uuid, each]));
  await countAnyway(services, state);
  for (let from = 0; from < state.uuids.length; from += AT_ONCE) {
    const part = state.uuids.slice(from, from + AT_ONCE);
    const { common, instances, reservation } = await readRequest(services, request, part);
    await inParallel(instances, AT_ONCE, async (instance) => {
      if (common === undefined || instance === undefined || reservation === undefined)
        throw new RequestDocumentNotFound(request);
      const existing = records.get(instance.uuid);
      const failed =
        existing !== undefined &&
        (await failFirstAttempt(services, existing, {
          requested: instance,
          common,
          failure: failureOf(error),
          execution,
          bookkeeping: quotaHold(reservation),
        }));
      if (failed) return;
      if (existing === undefined || operationState(existing.item, 'launch').owner !== execution)
        await returnShare(services, request, instance.uuid, reservation);
    });
  }
  await services.placement.withdraw(state.uuids, request);
}
