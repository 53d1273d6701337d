import { setFields } from '#wire/wire';
import type { WireObject } from '#ports/json';
import type { Item } from '#ports/tables';
import { instanceOf } from '#records/instance-item';
import { fieldsOf } from '#wire/reading';

/**
 * The server as it came, with what Nova has looked at by then, so that no compute has to ask for it: its PCI requests,
 * and its resources, which loading marks as dirty.
 *
 * @param met its PCI requests as the destination meets them, null where it meets them as any other
 */
export function lookedAt(sent: WireObject, item: Item, met: WireObject | null): WireObject {
  const stored = fieldsOf(instanceOf(item, ['pci_requests', 'resources']).toPrimitive());
  const { pci_requests = null, resources = null } = stored;
  const given = sent['nova_object.data'];
  const loaded = 'resources' in given ? sent : setFields(sent, { resources });
  const data = { pci_requests, ...loaded['nova_object.data'], ...(met === null ? {} : { pci_requests: met }) };
  return { ...loaded, 'nova_object.data': data };
}
