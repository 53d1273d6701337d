import { writeTogether } from '#operations/write-together';
import { transitionPartition } from '#records/instance-index';
import { InstanceNotFound } from '#errors';
import { checkAttempts, retries } from '#conductor/retry';
import { buildSettled } from '#conductor/settled';
import { isoSeconds } from '#conductor/time';
import { all, equals, exists, not, oneOf, type Condition } from '#ports/conditions';
import type { WireObject } from '#ports/json';
import type { Services } from '#ports/services';
import { ConditionFailed, type Item } from '#ports/tables';
import { identity } from '#servers/clean-up-networks';
import { cellOfRecord } from '#operations/existing-instances';
import { cellTable, instanceKey } from '#records/keys';
import { BEING_DELETED, HOSTS, hostsAttribute, operationNames, operationState } from '#records/operation';
import { givenUp } from '#records/items/given-up';
import { groupedSpec } from '#request-specs/group-hosts';
import { fieldsOf, textOf, textsOf } from '#wire/reading';
import { noteSelections, type CommonDocument, type RequestedInstance } from '#operations/request-document';
import { untilAnswered } from '../ask-scheduler.ts';
import { claimNext } from '../claim-next.ts';
import type { Ended, StepEvent } from '../step.ts';
import { scheduling, selectionsOf } from './build-message.ts';
import { claimName } from './claims.ts';
import { launchRequest } from './requested.ts';
import type { LaunchState, PlacedState, FencedState } from './state.ts';
import { instanceItem, isBeingDeleted, type InstanceItem } from '#records/items/instance';

const LAUNCH = operationNames('launch');

type State = LaunchState & Partial<PlacedState>;

/**
 * Hands the server to the next alternate (reschedule mode, nova.conductor.manager `build_instances`). First the record
 * is fenced, so that nothing the last host still says counts any more; then its claim is released and the alternates
 * are claimed in turn. The scheduler is asked only where no list is at hand. Needs no undo: a claim is the server's
 * own, and Fail build releases it.
 *
 * @throws MaxRetriesExceeded when the tries or the alternates are used up
 * @throws InstanceNotFound when the server was deleted
 */
export async function claimAlternate(
  services: Services,
  { state, execution }: StepEvent<State>,
): Promise<Ended<PlacedState | FencedState>> {
  const { server: uuid } = state;
  const cell = state.cell ?? (await cellOfRecord(services, uuid));
  if (cell === undefined) throw new InstanceNotFound({ instance_id: uuid });
  const fenced = await fence(services, cell, state, execution);
  const settled = { ...state, cell, host: state.host ?? null };
  if (typeof fenced === 'string') return { state: settled, outcome: fenced };

  const { common, requested: instance } = await launchRequest(services, state);
  const attempt = state.attempt + 1;
  const reason =
    operationState(fenced, 'launch').reschedule?.reason ??
    state.reason ??
    textOf(instance.document.reschedule?.['reason']) ??
    'the host gave the server back';
  const { maxAttempts } = services.config;
  if (retries(scheduling(instance), maxAttempts)) checkAttempts(attempt, maxAttempts, uuid, reason);
  if (state.reason !== undefined)
    await services.network.deallocateForInstance(common.context, identity(fenced), common.requested_networks);

  const operation = claimName(execution, attempt);
  await services.placement.release(uuid);
  const list = hasAlternates(instance)
    ? selectionsOf(instance)
    : await schedule(services, state, common, instance, operation);
  const chosen = await claimNext(services, list, {
    uuid,
    cell,
    chosen: state.chosen ?? -1,
    operation,
    owner: { projectId: textOf(fenced['project_id']) ?? '', userId: common.context.user_id ?? '' },
    mayTake: (host) => !state.tried.some(([before]) => before === host),
  });
  const selection = fieldsOf(list[chosen]);
  const { reason: _reason, devices: _devices, waited_seconds: _waited, gave_up: _gaveUp, ...kept } = state;
  const placed: PlacedState = {
    ...kept,
    attempt,
    cell,
    chosen,
    host: textOf(selection['service_host']) ?? '',
    node: textOf(selection['nodename']) ?? '',
    availability_zone: selection['availability_zone'] ?? services.config.defaultAvailabilityZone,
    tried: state.host === undefined ? state.tried : [...state.tried, [state.host, state.node ?? '']],
    wait_seconds: services.config.waitSeconds,
  };
  return { state: placed, outcome: 'claimed' };
}

/** Takes the server from its host; a server that turns out to be settled answers how. */
async function fence(services: Services, cell: string, state: State, execution: string): Promise<Item | string> {
  const now = isoSeconds(services.clock.now());
  try {
    const { item } = await services.tables.update(
      cellTable(cell),
      instanceKey(state.server),
      {
        set: {
          [LAUNCH.owner]: execution,
          [LAUNCH.request]: state.request,
          [HOSTS]: hostsAttribute(''),
          ...(state.gave_up === true
            ? givenUp({ operation: 'launch', request: state.request_id, at: services.clock.now() }, state.host ?? '')
            : {}),
          host: null,
          node: null,
          launched_on: null,
          task_state: 'scheduling',
          updated_at: now,
          lookup: transitionPartition(state.server),
        },
        remove: ['by_host', 'by_host_sort', LAUNCH.orderedAt],
      },
      all(
        exists,
        equals<InstanceItem>('deleted', false),
        equals<InstanceItem>('vm_state', 'building'),
        not(BEING_DELETED),
        ...ownable(state, execution),
      ),
    );
    return item;
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    return settledAs(state, error.item);
  }
}

/**
 * A server is taken over from nobody but the execution that was found to run no more, and never from an attempt that
 * came after the one at hand.
 */
const ownable = ({ attempt, previous_owner = null }: LaunchState, execution: string): Condition[] => [
  oneOf(LAUNCH.owner, [execution, null, previous_owner]),
  oneOf(LAUNCH.attempt, [attempt, null]),
];

function settledAs(state: LaunchState, item: Item | undefined): string {
  if (item === undefined) throw new InstanceNotFound({ instance_id: state.server });
  if (isBeingDeleted(item) && instanceItem(item).vm_state === 'building') return 'deleting';
  return buildSettled(instanceItem(item)) ?? 'active';
}

/**
 * A compute older than the list of alternates sends none: the scheduler is asked then, as in Nova. So does an execution
 * that takes over from one whose state had them, and which runs no more.
 */
const hasAlternates = ({ document: { reschedule }, selections }: RequestedInstance): boolean =>
  selections !== undefined || (reschedule !== null && reschedule['host_list'] !== null);

/** Asks the scheduler for hosts other than those tried, and notes the answer on the server's item. */
async function schedule(
  services: Services,
  { request, server: uuid, tried }: LaunchState,
  { context }: CommonDocument,
  { document }: RequestedInstance,
  operation: string,
): Promise<readonly WireObject[]> {
  const grouped = await groupedSpec(services, document.request_spec);
  const data = grouped['nova_object.data'];
  const ignore_hosts = [...new Set([...textsOf(data['ignore_hosts']), ...tried.map(([host]) => host)])];
  const spec = { ...grouped, 'nova_object.data': { ...data, ignore_hosts } };
  const question = { context, spec, instanceUuids: [uuid], alternates: true, operation };
  const ask = () => services.scheduler.selectDestinations(question);
  const [list = []] = await untilAnswered(services, [uuid], ask);
  await writeTogether(services.tables, [noteSelections(request, uuid, list)]);
  return list;
}
