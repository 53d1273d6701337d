import { isoSeconds } from '#conductor/time';
import { all, equals, exists } from '#ports/conditions';
import type { Services } from '#ports/services';
import { ConditionFailed } from '#ports/tables';
import { held, heldOrder, type HeldOrder } from '#records/items/held-order';
import type { InstanceItem } from '#records/items/instance';
import { cellTable, instanceKey } from '#records/keys';
import { askForFence } from './ask-for-fence.ts';

/** An order that is held back, with whose server it is. */
interface Held extends Omit<HeldOrder, 'since'> {
  readonly cell: string;
  readonly instance: string;
}

/**
 * Has an order wait until a person, or the operator's fencing agent, has said that its host is down: that is noted on
 * the server once, for `conductor audit`, and the agent is asked where there is one.
 */
export async function holdOrder(
  services: Pick<Services, 'clock' | 'config' | 'log' | 'notifier' | 'tables'>,
  { cell, instance, execution, host, reason }: Held,
): Promise<void> {
  const [table, key] = [cellTable(cell), instanceKey(instance)];
  const item = await services.tables.get(table, key);
  const before = item === undefined ? undefined : heldOrder(item);
  if (before?.execution !== execution || before.host !== host) {
    const since = isoSeconds(services.clock.now());
    try {
      const living = all(exists, equals<InstanceItem>('deleted', false));
      await services.tables.update(table, key, { set: held({ execution, host, since, reason }) }, living);
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
    }
  }
  await askForFence(services, cell, host, reason);
}
