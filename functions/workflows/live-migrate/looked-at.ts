import { setFields } from '#wire/wire';
import type { WireObject } from '#ports/json';
import type { Item } from '#ports/tables';
import { instanceOf } from '#records/instance-item';
import { fieldsOf } from '#wire/reading';

/**
 * The server as it came, with what Nova has looked at by then, so that no compute has to ask for it: its PCI requests, and
 * its resources, which loading marks as dirty.
 */
export function lookedAt(sent: WireObject, item: Item): WireObject {
  const stored = fieldsOf(instanceOf(item, ['pci_requests', 'resources']).toPrimitive());
  const { pci_requests = null, resources = null } = stored;
  const given = sent['nova_object.data'];
  const loaded = 'resources' in given ? sent : setFields(sent, { resources });
  return { ...loaded, 'nova_object.data': { pci_requests, ...loaded['nova_object.data'] } };
}
