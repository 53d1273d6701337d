import { InstanceNotFound } from '#errors';
import { faultOf, type Failure } from '#conductor/fault';
import { isoSeconds } from '#conductor/time';
import { all, equals, exists, not, oneOf, type Condition } from '#ports/conditions';
import type { RequestContext } from '#ports/context';
import type { JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import { ConditionFailed, type Attributes, type Item } from '#ports/tables';
import { recordFault } from '#records/methods/instance-fault';
import { statusPartition } from '#records/instance-index';
import { cellTable, instanceKey } from '#records/keys';
import { DELETED_BY_HOST, DELETION } from '#records/operation';
import { legacyRequestSpec, requestSpecOf } from '#request-specs/legacy-request-spec';
import type { Cell } from '#records/method';
import { notify } from '#records/notify';
import { isWireObject } from '#wire/reading';
import { notifySave, recordToNotify } from '#records/state-update';
import { instanceItem, isBeingDeleted, isDeletedByHost, type InstanceItem } from '#records/items/instance';
import type { States } from './instance-change.ts';

/** How an operation on a server ended badly. */
export interface StateChange {
  readonly cell: Cell;
  readonly uuid: string;
  /** The task method that is named in the event: `build_instances`, `migrate_server`, `rebuild_server`. */
  readonly method: string;
  readonly vm_state: string;
  readonly task_state: string | null;
  readonly failure: Failure;
  readonly context: RequestContext;
  /** What the event quotes: the request spec as it came, or a plain legacy map. */
  readonly requestSpec: JsonMap;
  /** The execution, under which fault and event happen once however often the step is repeated. */
  readonly execution: string;
  /** Further bookkeeping for the same write. */
  readonly bookkeeping?: Attributes;
  /**
   * The task states in which the operation still owns the server; in any other its state is left alone, as is the
   * vm_state of a server which its host has deleted, and only fault and event show the failure (quirk Q3 is mended).
   *
   * @default every task state
   */
  readonly whileTask?: readonly (string | null)[];
  /** What must hold of the record besides being there. */
  readonly condition?: Condition;
}

type StateServices = Pick<Services, 'clock' | 'config' | 'counter' | 'ids' | 'log' | 'notifier' | 'tables'>;

/**
 * Sets vm_state and task_state of a server, which stays `deleting` where its user deletes it, records a fault and
 * publishes the change (nova.scheduler.utils.set_vm_state_and_notify).
 *
 * @throws InstanceNotFound when the server is gone, or the condition does not hold; then nothing is recorded
 */
export async function setVmStateAndNotify(services: StateServices, change: StateChange): Promise<void> {
  const { cell, uuid, failure, vm_state, task_state } = change;
  services.log.warn(`failed to compute_task_${change.method}`, {
    instance: uuid,
    cell: cell.name,
    error: failure.name,
  });
  const now = isoSeconds(services.clock.now());
  const table = cellTable(cell.name);
  const before = await recordToNotify(services.tables, services.config, table, uuid);
  const write = (states: States, ...conditions: readonly Condition[]) => {
    const lookup = statusPartition({ uuid, ...states, deleted: false });
    const set = { ...states, updated_at: now, lookup, ...change.bookkeeping };
    return services.tables.update(table, instanceKey(uuid), { set }, all(conditionOf(change), ...conditions));
  };
  try {
    const { item } = await write({ vm_state, task_state }, ...whileNotDeleted(change)).catch((error: unknown) => {
      if (!(error instanceof ConditionFailed) || error.item === undefined) throw error;
      const states = statesOfDeleted(error.item, change);
      if (states === undefined) throw error;
      return write(states, equals<InstanceItem>('vm_state', instanceItem(error.item).vm_state));
    });
    const id = `saved-${uuid}-${change.method}-${change.execution}`;
    await notifySave(services, { id, before, item, table, context: change.context });
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    if (change.whileTask === undefined || error.item === undefined || instanceItem(error.item).deleted)
      throw new InstanceNotFound({ instance_id: uuid }, { cause: error });
    services.log.info('another task owns the server: its state is left alone', { instance: uuid, cell: cell.name });
  }
  await recordFailure(services, change);
}

const conditionOf = ({ condition, whileTask }: StateChange): Condition =>
  all(
    exists,
    equals<InstanceItem>('deleted', false),
    ...(condition ? [condition] : []),
    ...(whileTask === undefined ? [] : [oneOf<InstanceItem>('task_state', whileTask)]),
  );

/** What holds of a server whose user has not asked for its deletion. */
const whileNotDeleted = ({ task_state, whileTask }: StateChange): readonly Condition[] => [
  ...(whileTask === undefined ? [] : [not(DELETED_BY_HOST)]),
  ...(task_state === null ? [not(equals(DELETION, true))] : []),
];

/**
 * The states of a server whose user has asked for its deletion, whatever task a host has written over that. One that its
 * host has deleted already only has no task any more, so that it can be restored; any other waits for its host, which
 * goes by the task of its deletion. Undefined where nothing is to be written.
 */
function statesOfDeleted(item: Item, { vm_state, whileTask }: StateChange): States | undefined {
  const found = instanceItem(item);
  if (whileTask !== undefined && isDeletedByHost(item))
    return found.task_state === null ? undefined : { vm_state: found.vm_state, task_state: null };
  if (!isBeingDeleted(item)) return undefined;
  // Nova's API marks a server that is to be kept until it is reclaimed with the time of that.
  return { vm_state, task_state: found.deleted_at === null ? 'deleting' : 'soft-deleting' };
}

/** Records the fault of a failure and publishes it, once for an execution. */
export async function recordFailure(services: StateServices, change: StateChange): Promise<void> {
  const { cell, uuid, context, method, vm_state, failure, execution } = change;
  const records = { ...services, context, cell, writer: `${method}-${execution}` };
  await recordFault(records, { instance_uuid: uuid, host: services.config.host, ...faultOf(failure) });
  await notify(services, {
    id: `${method}-${execution}-${uuid}`,
    priority: 'ERROR',
    unversioned: {
      eventType: `compute_task.${method}`,
      publisherId: `compute_task.${services.config.host}`,
      payload: () => legacyPayload(change),
    },
    versioned: {
      eventType: `compute_task.${method}.error`,
      publisherId: `nova-conductor:${services.config.host}`,
      payload: async () => {
        // Versioned payloads are read by those deployments alone that send them.
        const { taskErrorPayload } = await import('#conductor/task-error-payload');
        return taskErrorPayload({ uuid, method, vm_state, failure, spec: specOf(change) });
      },
    },
  });
}

function legacyPayload({ uuid, method, vm_state, failure, requestSpec }: StateChange): JsonMap {
  const spec = isWireObject(requestSpec) ? legacyRequestSpec(requestSpec) : requestSpec;
  return {
    request_spec: spec,
    instance_properties: spec['instance_properties'] ?? {},
    instance_id: uuid,
    state: vm_state,
    method,
    reason: `${failure.name}: ${failure.message}`,
  };
}

const specOf = ({ requestSpec }: StateChange) =>
  isWireObject(requestSpec) ? (requestSpecOf(requestSpec) ?? {}) : requestSpec;
