import type { Services } from '#ports/services';
import { TooManyInstances } from '#errors';
import { times } from '#conductor/quota';
import { BUILD_REQUESTS, buildRequestKey } from '#records/keys';
import { reserve, unreserve } from '#records/quota-usage';
import type { StepEvent } from '../step.ts';
import { likelyLimits, limitsFor } from '../quota-limits.ts';
import { countAnyway, requestAmounts } from '../request-amounts.ts';
import type { BuildState, LaunchingState } from './state.ts';

/**
 * Reserves instances, cores and ram for the whole request before any server is recorded (nova.conductor.manager
 * `schedule_and_build_instances`). What Nova counts after the fact and then fails, cannot come about: two requests that
 * race cannot both reserve the last place. Servers that exist are counted without a check, as in Nova; those that their
 * user has deleted meanwhile do not count where there is no room for all.
 *
 * @throws TooManyInstances, ProjectOverLimit
 */
export async function recheckQuota(services: Services, { state }: StepEvent<BuildState>): Promise<LaunchingState> {
  if (!services.config.recheckQuota || state.uuids.length === 0) return launching(state);
  if (state.entry === 'existing') {
    await countAnyway(services, state);
    return launching(state);
  }
  const { others, ...amounts } = await requestAmounts(services, state, likelyLimits(state));
  const { project, user, share, total } = amounts;
  const limits = await limitsFor(services, state, amounts, others);
  try {
    await reserve(services, state.request, { project, user, share }, total, limits);
  } catch (error) {
    const without = error instanceof TooManyInstances ? await deletedMeanwhile(services, state.uuids) : [];
    if (without.length === 0) throw error;
    const left = times(share, state.uuids.length - without.length);
    await reserve(services, state.request, { project, user, share, without }, left, limits);
  }
  return launching(state);
}

/** The servers of a request that their user has deleted while they were being placed: their build requests are gone. */
async function deletedMeanwhile(services: Services, uuids: readonly string[]): Promise<string[]> {
  const found = await services.tables.batchGet(
    uuids.map((uuid) => ({ table: BUILD_REQUESTS, key: buildRequestKey(uuid) })),
  );
  return uuids.filter((_, at) => found[at] === undefined);
}

/**
 * A launch is named by its request and its server: started again it is the same, and a server whose uuid was sent
 * before has one of its own, which finds that out.
 */
const launching = ({ uuids, entry, ...state }: BuildState): LaunchingState => ({
  ...state,
  launches: uuids.map((instance) => ({
    server: instance,
    name: `${state.request}-${instance}`,
    entry: entry ?? 'build',
  })),
});

/** Undo: the reservation is given back, if it was made. */
export async function undoRecheckQuota(services: Services, { state }: StepEvent<BuildState>): Promise<void> {
  if (!services.config.recheckQuota || state.uuids.length === 0) return;
  const { total } = await requestAmounts(services, state);
  await unreserve(services, state.request, total);
}
