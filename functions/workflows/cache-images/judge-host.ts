import type { Services } from '#ports/services';
import { isUnasked } from '#operations/waiting-call';
import type { Ended, StepEvent } from '../step.ts';
import { callId, type HostState } from './state.ts';

/** Looks whether a host that did not answer in time was asked at all. Has no undo: it writes nothing. */
export async function judgeHost(
  services: Services,
  { state, execution }: StepEvent<HostState>,
): Promise<Ended<HostState>> {
  const unasked = await isUnasked(services, callId(execution, state.host), state.ask_seconds);
  return { state, outcome: unasked ? 'ask' : 'answered' };
}
