import type { Services } from '#ports/services';
import { awaitBuild } from '#conductor/await-build';
import { lookAtHost } from '../silent-host.ts';
import type { Looked, StepEvent } from '../step.ts';
import type { PlacedState } from './state.ts';

/** Looks at a server whose host was silent for a while; an alternate may take it. Has no undo: it writes nothing. */
export async function checkHost(
  services: Services,
  { state, execution }: StepEvent<PlacedState>,
): Promise<Looked<PlacedState>> {
  const { server, cell, attempt } = state;
  const looked = await lookAtHost(services, { ...state, operation: 'launch', execution });
  if (looked.kind === 'over')
    return { state, verdict: 'settled', outcome: looked.outcome === 'deleted' ? 'deleted' : 'active' };
  const { host, facts, operation, restart } = looked;
  const decision = awaitBuild({ ...facts, rescheduleStored: operation.reschedule?.attempt === attempt });
  const { kind: verdict } = decision;
  const reason = decision.kind === 'settled' ? decision.outcome : decision.reason;
  services.log.info('host checked', { instance: server, host, cell, verdict, reason });
  if (decision.kind === 'settled') return { state, verdict: decision.kind, outcome: decision.outcome };
  return { state: { ...state, reason, restart }, verdict, outcome: 'unsettled' };
}
