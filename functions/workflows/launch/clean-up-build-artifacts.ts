import { RequestDocumentNotFound } from '#errors';
import type { Services } from '#ports/services';
import { countAnyway } from '../request-amounts.ts';
import { recordOverQuota } from '../record-over-quota.ts';
import type { StepEvent } from '../step.ts';
import { launchRequest } from './requested.ts';
import type { PlacedState } from './state.ts';

/**
 * Over quota (nova.conductor.manager `_cleanup_build_artifacts`): the one server of a request is recorded in error in
 * the cell and the zone of its host, and its claim is released. It counts until it is deleted.
 */
export async function cleanUpBuildArtifacts(services: Services, event: StepEvent<PlacedState>): Promise<void> {
  const { request, server } = event.state;
  await countAnyway(services, { request, uuids: [server] });
  const { common, requested, reservation } = await launchRequest(services, event.state);
  if (reservation === undefined) throw new RequestDocumentNotFound(request);
  await recordOverQuota(services, event, common, requested, reservation);
  await services.placement.withdraw([server], request);
}
