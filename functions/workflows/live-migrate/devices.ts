import { providerMapping } from '#conductor/port-bindings';
import { isOfAlias, metRequests, mustBeMigratable, pciRequestsOf, providersOfPorts } from '#conductor/pci-requests';
import { MigrationPreCheckError } from '#errors';
import type { RequestContext } from '#ports/context';
import type { WireObject } from '#ports/json';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { instanceOf } from '#records/instance-item';
import { fieldsOf, wireOf } from '#wire/reading';

/** The InstancePCIRequests of a server's record, on the wire. */
const pciOf = (item: Item): WireObject | undefined =>
  wireOf(fieldsOf(instanceOf(item, ['pci_requests']).toPrimitive())['pci_requests']);

/**
 * Looks whether the PCI devices of a server can be moved live (nova.conductor.tasks.live_migrate
 * `_check_can_migrate_pci`).
 *
 * @throws MigrationPreCheckError when they cannot
 */
export async function mustHaveMovableDevices(
  { networkPorts }: Pick<Services, 'networkPorts'>,
  context: RequestContext,
  item: Item,
): Promise<void> {
  const requests = pciRequestsOf(pciOf(item));
  mustBeMigratable(requests);
  if (networkPorts === undefined || requests.every(isOfAlias)) return;
  if (await networkPorts.hasBindings(context)) return;
  const reason = 'The network service binds a port to one host alone, so that its PCI device cannot be migrated live.';
  throw new MigrationPreCheckError({ reason });
}

/**
 * The PCI requests of a server as a selected destination meets them; null where it meets them as any other.
 *
 * @throws AmbiguousResourceProviderForPCIRequest, UnexpectedResourceProviderNameForPCIRequest
 */
export async function devicesOn(
  { placement }: Pick<Services, 'placement'>,
  item: Item,
  selection: WireObject,
): Promise<WireObject | null> {
  const pci = pciOf(item);
  const mapping = providerMapping(selection);
  if (pci === undefined || pciRequestsOf(pci).length === 0 || Object.keys(mapping).length === 0) return null;
  const names = new Map<string, string>();
  for (const provider of providersOfPorts(pciRequestsOf(pci), mapping)) {
    const name = await placement.providerName(provider);
    if (name !== undefined) names.set(provider, name);
  }
  return metRequests(pci, mapping, names);
}
