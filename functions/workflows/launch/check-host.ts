import type { Services } from '#ports/services';
import { awaitBuild } from '#conductor/await-build';
import type { ExternalResources } from '#conductor/hand-over';
import { readRequest } from '#operations/request-document';
import { BUILD_REQUESTS, buildRequestKey } from '#records/keys';
import { externalResourcesOf } from '#servers/external-resources';
import { lookAtHost } from '../silent-host.ts';
import type { Looked, StepEvent } from '../step.ts';
import type { PlacedState } from './state.ts';

/** Looks at a server whose host was silent for a while; an alternate may take it. Has no undo: it writes nothing. */
export async function checkHost(
  services: Services,
  { state, execution }: StepEvent<PlacedState>,
): Promise<Looked<PlacedState>> {
  const { server: instance, cell, attempt } = state;
  const looked = await lookAtHost(services, { ...state, operation: 'launch', execution });
  // A Task that timed out before it began has not recorded it either.
  if (looked.kind === 'over' && looked.outcome === 'deleted' && (await awaitsRecord(services, state)))
    return { state, verdict: 'order', outcome: 'unsettled' };
  if (looked.kind === 'over')
    return { state, verdict: 'settled', outcome: looked.outcome === 'deleted' ? 'deleted' : 'active' };
  const { host, facts, operation, restart } = looked;
  const rescheduleStored = operation.reschedule?.attempt === attempt;
  const first = awaitBuild({ ...facts, rescheduleStored, external: 'nothing' });
  const givesUp = first.kind === 'reschedule' && !first.asked;
  const decision = givesUp
    ? awaitBuild({ ...facts, rescheduleStored, external: await externalOf(services, state) })
    : first;
  const { kind: verdict } = decision;
  const reason = decision.kind === 'settled' ? decision.outcome : decision.reason;
  services.log.info('host checked', { instance, host, cell, verdict, reason });
  if (decision.kind === 'wait' && decision.heldBack === true) {
    const { holdOrder } = await import('#operations/hold-order');
    await holdOrder(services, { cell, instance, execution, host, reason });
  }
  if (decision.kind === 'settled') return { state, verdict: decision.kind, outcome: decision.outcome };
  const gaveUp = decision.kind === 'reschedule' && !decision.asked ? { gave_up: true } : {};
  return { state: { ...state, reason, restart, ...gaveUp }, verdict, outcome: 'unsettled' };
}

/** Whether the server is recorded with its order, and is asked for still. */
const awaitsRecord = async ({ tables }: Services, { entry, attempt, server }: PlacedState): Promise<boolean> =>
  entry === 'place' && attempt === 1 && (await tables.get(BUILD_REQUESTS, buildRequestKey(server))) !== undefined;

async function externalOf(
  services: Services,
  { cell, server: instance, request }: PlacedState,
): Promise<ExternalResources> {
  const { common } = await readRequest(services, request, []);
  return externalResourcesOf(services, cell, instance, common?.requested_networks ?? null);
}
