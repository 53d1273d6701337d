import type { Attributes } from '#ports/tables';
import { nonEmptyText } from './read.ts';

/** A virtual interface of a server. */
export type VirtualInterfaceItem = ReturnType<typeof virtualInterfaceItem>;

/** Reads the item of a virtual interface, which lies beside its server in its cell's table. */
export function virtualInterfaceItem(item: Attributes) {
  return {
    uuid: nonEmptyText(item['uuid']),
    /** MAC address; the port's uuid may follow it behind a slash. */
    address: nonEmptyText(item['address']),
    /** ISO 8601. */
    created_at: nonEmptyText(item['created_at']) ?? '',
    deleted: item['deleted'] === true,
  };
}
