import type { Services } from '#ports/services';
import { answerOf } from '#operations/waiting-call';
import { stillAsked } from '../ask-compute.ts';
import type { Ended, StepEvent } from '../step.ts';
import { callId, type HostState } from './state.ts';

/**
 * Looks whether a host that did not answer in time was asked at all, and whether its answer may lie unread. Has no undo:
 * it writes nothing.
 */
export async function judgeHost(
  services: Services,
  { state, execution }: StepEvent<HostState>,
): Promise<Ended<HostState>> {
  const { cell, host } = state;
  const messageId = callId(execution, host);
  if ((await answerOf(services, messageId)) !== undefined) return { state, outcome: 'answered' };
  const asked = await stillAsked(services, state, { messageId, cell: cell ?? '', host });
  return asked.outcome === 'ask' ? asked : { state, outcome: 'answered' };
}
