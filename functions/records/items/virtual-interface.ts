import type { Attributes } from '#ports/tables';
import { nonEmptyText } from './read.ts';

/** A network interface of a server, beside it in its cell's table. */
export type VirtualInterfaceItem = ReturnType<typeof virtualInterfaceItem>;

/** Reads the item of a virtual interface. */
export function virtualInterfaceItem(item: Attributes) {
  return {
    uuid: nonEmptyText(item['uuid']),
    /** MAC address; the port's uuid may follow it behind a slash. */
    address: nonEmptyText(item['address']),
    deleted: item['deleted'] === true,
  };
}
