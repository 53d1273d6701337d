import type { Condition } from '#ports/conditions';
import type { RequestContext } from '#ports/context';
import type { Services } from '#ports/services';
import type { AttributesOf, ItemOf } from '#ports/tables';
import type { StoredInstance } from '#records/items/instance';
import { cellTable } from '#records/keys';
import { notifySave, recordToNotify } from '#records/state-update';
import { changeInstance } from './instance-change.ts';

/** A change of a server's states, as Nova's Instance.save makes it. */
export interface NotifiedChange {
  readonly cell: string;
  readonly uuid: string;
  readonly context: RequestContext;
  /** The same for a repeat of the change. */
  readonly id: string;
  readonly set: AttributesOf<StoredInstance>;
  readonly condition: Condition;
}

/**
 * Changes a server that is there, and publishes its states where that is asked for. Answers the record; undefined when
 * it is gone or the condition does not hold.
 */
export async function notifiedChange(
  services: Pick<Services, 'clock' | 'config' | 'log' | 'notifier' | 'tables'>,
  { cell, uuid, context, id, ...change }: NotifiedChange,
): Promise<ItemOf<StoredInstance> | undefined> {
  const table = cellTable(cell);
  const before = await recordToNotify(services.tables, services.config, table, uuid);
  const item = await changeInstance(services, cell, uuid, change);
  if (item !== undefined) await notifySave(services, { id: `saved-${uuid}-${id}`, before, item, context, table });
  return item;
}
