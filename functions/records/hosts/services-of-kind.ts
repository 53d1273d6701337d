import { ObjectActionError } from '#errors';
import { LOOKUP } from '#ports/index-attribute';
import type { Item } from '#ports/tables';
import { byId } from '#records/by-id';
import { tableOf } from '#records/cell-table';
import { serviceItem } from '#records/items/service';
import { indexKeysOf } from '#records/items/read';
import { lookedUp, lookupKeys } from '#records/lookup';
import type { Records } from '#records/method';
import { isVisible } from '#records/visibility';

/**
 * Services of one kind are looked up together, and one by its uuid or id as well. No
 * index has what a heartbeat changes.
 */
export const ofBinary = (binary: string): string => `service#${binary}`;

/** Services of one kind, in the order of their ids. */
export async function ofKind(records: Records, binary: string): Promise<Item[]> {
  const items = await lookedUp(records.tables, tableOf(records), [ofBinary(binary)]);
  return byId(items.filter((item) => isVisible(records.context, item)));
}

/** The hosts of a cell that run a compute service. */
export async function hostsOfCell(records: Records): Promise<string[]> {
  const keys = await lookupKeys(records.tables, tableOf(records), [ofBinary('nova-compute')]);
  return keys.map((item) => indexKeysOf(item, LOOKUP).sort ?? '');
}

/** The lowest version of a kind of services, 0 when there are none. */
export async function minimumVersion(records: Records, binary: string): Promise<number> {
  if (!binary.startsWith('nova-'))
    throw new ObjectActionError({ action: 'get_minimum_version', reason: 'Invalid binary prefix' });
  const live = (await ofKind(records, binary)).map(serviceItem).filter((item) => !item.forced_down);
  const versions = live.map(({ version }) => version);
  return versions.length === 0 ? 0 : Math.min(...versions);
}
