import type { Condition } from '#ports/conditions';
import type { Services } from '#ports/services';
import type { AttributesOf, ItemOf } from '#ports/tables';
import type { InstanceAttribute, StoredInstance } from '#records/items/instance';
import { operationNames, operationState } from '#records/operation';
import { mustNotBeDeleted } from './not-deleted.ts';
import { updateOwned, type Ownership } from './own-operation.ts';

/** An order that is about to be given. */
interface NewOrder {
  readonly set: AttributesOf<StoredInstance>;
  readonly remove?: readonly InstanceAttribute[];
  /** What holds once it is noted. */
  readonly noted: Condition;
}

/**
 * Notes an order that is about to be given. What is changed with it is changed once, since a repeat may find the
 * computes at work, or through; its time is that of the last try, since one that failed has ordered nobody.
 *
 * @throws InstanceNotFound when the server is gone
 * @throws InstanceInvalidState when it is another execution's by now, or its host has deleted it
 */
export async function noteOrder(
  services: Pick<Services, 'clock' | 'tables'>,
  owner: Ownership,
  { set, remove, noted }: NewOrder,
): Promise<ItemOf<StoredInstance>> {
  const now = services.clock.now();
  const time = { [operationNames(owner.operation).orderedAt]: now };
  const item = await updateOwned(services, owner, { ...set, ...time }, remove, noted);
  const ordered =
    operationState(item, owner.operation).orderedAt === now ? item : await updateOwned(services, owner, time);
  mustNotBeDeleted(ordered, owner.operation);
  return ordered;
}
