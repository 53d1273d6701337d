import { RequestDocumentNotFound } from '#errors';
import type { Services } from '#ports/services';
import { inParallel } from '#records/in-parallel';
import { readRequest } from '#operations/request-document';
import { recordOverQuota } from '../record-over-quota.ts';
import { countAnyway } from '../request-amounts.ts';
import type { StepEvent } from '../step.ts';
import type { BuildState } from './state.ts';

/** Servers read and recorded together. */
const AT_ONCE = 25;

/**
 * Over quota (nova.conductor.manager `_cleanup_build_artifacts`): every server of the request is recorded in error in
 * the cell and the zone of its host, with its fault, its block devices and its tags; build request and request spec go,
 * and so does the claim. The records count until they are deleted.
 */
export async function cleanUpBuildArtifacts(services: Services, event: StepEvent<BuildState>): Promise<void> {
  const { state } = event;
  await countAnyway(services, state);
  for (let from = 0; from < state.uuids.length; from += AT_ONCE) {
    const part = state.uuids.slice(from, from + AT_ONCE);
    const { common, instances, reservation } = await readRequest(services, state.request, part);
    await inParallel(instances, AT_ONCE, async (instance) => {
      if (common === undefined || instance === undefined || reservation === undefined)
        throw new RequestDocumentNotFound(state.request);
      await recordOverQuota(services, event, common, instance, reservation);
    });
    await services.placement.withdraw(part, state.request);
  }
}
