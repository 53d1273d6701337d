import { InstanceNotFound, MaxRetriesExceeded, RequestDocumentNotFound } from '#errors';
import { checkAttempts } from '#conductor/retry';
import { buildSettled, instanceFacts } from '#conductor/settled';
import { isoSeconds } from '#conductor/time';
import { all, any, equals, exists, type Condition } from '#ports/conditions';
import type { WireObject } from '#ports/json';
import type { Services } from '#ports/services';
import { ConditionFailed, type Item } from '#ports/tables';
import { identity } from '#records/clean-up-networks';
import { cellOfInstance } from '#records/instance-cell';
import { cellTable, instanceKey } from '#records/keys';
import { HOSTS, hostsAttribute, operationNames, operationState } from '#records/operation';
import { fieldsOf, textOf } from '#records/reading';
import { readRequest } from '#records/request-document';
import type { Step } from '../step.ts';
import { selectionsOf } from './build-message.ts';
import type { LaunchState, PlacedState } from './state.ts';

const LAUNCH = operationNames('launch');

/**
 * Hands the server to the next alternate (conductor.md section 13, reschedule mode). First the record is fenced, so that
 * nothing the last host still says counts any more; then its claim is released and the alternates are claimed in turn.
 * The scheduler is not asked. Needs no undo: a claim is the server's own, and Fail build releases it.
 *
 * @throws MaxRetriesExceeded when the tries or the alternates are used up
 * @throws InstanceNotFound when the server was deleted
 */
export const claimAlternate: Step<LaunchState & Partial<PlacedState>> = async (services, { state, execution }) => {
  const { server: uuid, request } = state;
  const cell = state.cell ?? (await cellOfInstance(services, uuid));
  if (cell === undefined) throw new InstanceNotFound({ instance_id: uuid });
  const fenced = await fence(services, cell, state, execution);
  if (typeof fenced === 'string') return { state, outcome: fenced };

  const { common, servers } = await readRequest(services, request, [uuid]);
  const [server] = servers;
  if (common === undefined || server === undefined) throw new RequestDocumentNotFound(request);
  const attempt = state.attempt + 1;
  const reason =
    operationState(fenced, 'launch').reschedule?.reason ?? textOf(state['reason']) ?? 'the host gave the server back';
  checkAttempts(attempt, services.config.maxAttempts, uuid, reason);
  if (state['reason'] !== undefined)
    await services.network.deallocateForInstance(common.context, identity(fenced), common.requested_networks);

  const list = selectionsOf(server);
  const chosen = await claimNext(services, list, (state.chosen ?? -1) + 1, {
    uuid,
    operation: `${execution}/${attempt}`,
    owner: { projectId: textOf(fenced['project_id']) ?? '', userId: common.context.user_id ?? '' },
  });
  const selection = fieldsOf(list[chosen]);
  const { reason: _told, ...kept } = state;
  const placed: PlacedState = {
    ...kept,
    attempt,
    cell,
    chosen,
    host: textOf(selection['service_host']) ?? '',
    node: textOf(selection['nodename']) ?? '',
    availability_zone: selection['availability_zone'] ?? services.config.defaultAvailabilityZone,
    tried: [...state.tried, ...(state.host === undefined ? [] : [[state.host, state.node ?? ''] as [string, string]])],
    wait_seconds: services.config.waitSeconds,
  };
  return { state: placed, outcome: 'claimed' };
};

/** Takes the server from its host; a server that turns out to be settled answers how. */
async function fence(services: Services, cell: string, state: LaunchState, execution: string): Promise<Item | string> {
  const now = isoSeconds(services.clock.now());
  try {
    const { item } = await services.tables.update(
      cellTable(cell),
      instanceKey(state.server),
      {
        set: {
          [LAUNCH.owner]: execution,
          [HOSTS]: hostsAttribute(''),
          host: null,
          node: null,
          launched_on: null,
          task_state: 'scheduling',
          updated_at: now,
          by_status: 'transition',
          by_status_sort: `${now}#${state.server}`,
        },
        remove: ['by_host', 'by_host_sort', LAUNCH.token],
      },
      all(exists, equals('deleted', false), equals('vm_state', 'building'), ownable(state, execution)),
    );
    return item;
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    return settledAs(state, error.item);
  }
}

/** A reschedule that nobody owned any more was looked into before this execution was started. */
const ownable = (state: LaunchState, execution: string): Condition =>
  state.entry === 'reschedule' ? exists : any(equals(LAUNCH.owner, execution), equals(LAUNCH.owner, null));

function settledAs(state: LaunchState, item: Item | undefined): string {
  if (item === undefined) throw new InstanceNotFound({ instance_id: state.server });
  return buildSettled(instanceFacts(item)) ?? 'active';
}

/** The place of the first alternate that could be claimed; one without placement data is taken without a claim. */
async function claimNext(
  services: Pick<Services, 'placement'>,
  list: readonly WireObject[],
  from: number,
  claim: { uuid: string; operation: string; owner: { projectId: string; userId: string } },
): Promise<number> {
  await services.placement.release(claim.uuid);
  for (let at = from; at < list.length; at += 1) {
    const request = list[at]?.['nova_object.data']['allocation_request'];
    if (typeof request !== 'string' || request === 'null') return at;
    if (await services.placement.claim(claim.uuid, request, claim.owner, claim.operation)) return at;
  }
  throw new MaxRetriesExceeded({
    reason: `Exhausted all hosts available for retrying build failures for instance ${claim.uuid}.`,
  });
}
