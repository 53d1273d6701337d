import { UnexpectedDeletingTaskStateError, UnexpectedTaskStateError } from '#errors';
import { isoSeconds } from '#conductor/time';
import { all, equals, exists, type Condition } from '#ports/conditions';
import type { Services } from '#ports/services';
import { ConditionFailed, type AttributesOf, type Item, type ItemOf } from '#ports/tables';
import { statusPartition } from '#records/instance-index';
import { cellTable, instanceKey } from '#records/keys';
import { instanceItem, type InstanceAttribute, type InstanceItem, type StoredInstance } from '#records/items/instance';

/** The states that a record is to have, or keeps. */
export interface States {
  readonly vm_state: string | null;
  readonly task_state: string | null;
}

/** What is written of a server. */
interface InstanceChange {
  readonly set: AttributesOf<StoredInstance>;
  readonly remove?: readonly InstanceAttribute[];
}

/** What a change of state writes, with the index keys that follow from it. */
export function stateAttributes(
  services: Pick<Services, 'clock'>,
  uuid: string,
  states: States,
): AttributesOf<StoredInstance> {
  const now = isoSeconds(services.clock.now());
  return {
    ...states,
    updated_at: now,
    lookup: statusPartition({ uuid, ...states, deleted: false }),
  };
}

/**
 * One change of a server that is there: answers the record, or undefined when it is gone
 * or the condition does not hold.
 */
export async function changeInstance(
  services: Pick<Services, 'clock' | 'tables'>,
  cell: string,
  uuid: string,
  change: InstanceChange & { readonly condition?: Condition },
): Promise<ItemOf<StoredInstance> | undefined> {
  const there = all(exists, equals<InstanceItem>('deleted', false));
  try {
    const { item } = await services.tables.update(
      cellTable(cell),
      instanceKey(uuid),
      { set: change.set, ...(change.remove ? { remove: change.remove } : {}) },
      change.condition === undefined ? there : all(there, change.condition),
    );
    return item;
  } catch (error) {
    if (error instanceof ConditionFailed) return undefined;
    throw error;
  }
}

/** Takes a server off its host in the record. */
export const OFF_HOST: Required<InstanceChange> = {
  set: { host: null, node: null, launched_on: null },
  remove: ['by_host', 'by_host_sort'],
};

/** The error of a guarded save that found the server at another task. */
export function unexpectedTask(uuid: string, expected: readonly string[], item: Item): Error {
  const { task_state } = instanceItem(item);
  const params = { instance_uuid: uuid, expected: { task_state: expected }, actual: { task_state } };
  return task_state === 'deleting'
    ? new UnexpectedDeletingTaskStateError(params)
    : new UnexpectedTaskStateError(params);
}
