import type { Services } from '#ports/services';
import { release } from '#operations/own-operation';
import { hostsAttribute } from '#records/operation';
import { reply } from '../reply-cold-move.ts';
import type { StepEvent } from '../step.ts';
import { deleteSnapshot } from './create-snapshot.ts';
import { copyOwnership, ownership, type CrossingState } from './state.ts';

/**
 * Ends the work on both copies: each is its host's again, until the user confirms or reverts. The image has served; its
 * compute deletes it, and so do we, lest it stays. A caller whose answer has failed before is answered here.
 */
export async function finish(services: Services, event: StepEvent<CrossingState>): Promise<void> {
  const { state, execution } = event;
  const { snapshot = null, host, source_host } = state;
  if (snapshot !== null) await deleteSnapshot(services, state, snapshot);
  await release(services, copyOwnership(state, execution), hostsAttribute(host));
  await release(services, ownership(state, execution), hostsAttribute(source_host));
  await reply(services, event);
}
