import type { Item } from '#ports/tables';
import { instanceKey } from './keys.ts';
import { tableOf } from './cell-table.ts';
import type { Records } from './method.ts';
import { visible } from './visibility.ts';

/** The item of an instance in the own cell; undefined where there is none, or where the context may not see it. */
export async function visibleInstance(records: Records, uuid: string): Promise<Item | undefined> {
  return visible(records.context, await records.tables.get(tableOf(records), instanceKey(uuid)));
}
