import { pciRequestsOf } from '#conductor/pci-requests';
import type { RequestContext } from '#ports/context';
import type { JsonMap, WireObject } from '#ports/json';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { instanceOf } from '#records/instance-item';
import { fieldsOf, mapOf, objectsOf, textOf } from '#wire/reading';
import { instanceItem } from '#records/items/instance';
import { pciGroups } from './pci-needs.ts';
import { levelParams, portGroups, profileGroups, requestGroup, type NeededGroup } from './instance-needs.ts';

/** What may be asked for what a server needs. */
type NeedServices = Pick<Services, 'accelerators' | 'config' | 'networkPorts'>;

/** Whose needs are asked for, and by whom. */
export interface NeedQuestion {
  readonly context: RequestContext;
  /** The server's record. */
  readonly item: Item;
  /** The spec that came, or null. */
  readonly spec: WireObject | null;
  /**
   * Whether device profiles, of the flavor and of ports, are asked for as well: unshelving and evacuating
   * alone move servers that have some.
   */
  readonly devices: boolean;
}

/**
 * What a server that moves needs beyond its flavor, as fields of its spec: of its ports, of its device profiles, of its
 * PCI aliases. They take the place of what was stored. Empty where no such service is named.
 *
 * @throws ServiceNotReached, DeviceProfileError
 * @throws ValueError for a PCI request that may be met in more than one way
 */
export async function needsOfInstance(services: NeedServices, question: NeedQuestion): Promise<JsonMap> {
  const { networkPorts, accelerators, config } = services;
  const { context, item, spec, devices } = question;
  const { uuid } = instanceItem(item);
  if (networkPorts === undefined && accelerators === undefined && !config.pciInPlacement) return {};
  const ports = await networkPorts?.needs(context, uuid);
  const profiles = devices ? await profilesOf(services, context, item) : [];
  const aliases = config.pciInPlacement ? pciGroups(pciRequestsOf(pciOf(item, spec))) : [];
  const made = [...(ports === undefined ? [] : portGroups(ports)), ...profiles, ...aliases];
  const ids = new Set(made.map(({ requesterId }) => requesterId));
  // Without a network service nobody knows what ports need: what the API had found out stays.
  const kept = ports === undefined ? storedGroups(spec, ids) : [];
  return {
    requested_resources: [...kept, ...made.map(requestGroup)],
    ...(ports === undefined ? {} : { request_level_params: levelParams(ports.sameSubtree) }),
  };
}

async function profilesOf(
  { accelerators, networkPorts }: Pick<Services, 'accelerators' | 'networkPorts'>,
  context: RequestContext,
  item: Item,
): Promise<NeededGroup[]> {
  if (accelerators === undefined) return [];
  const { uuid, flavor } = instanceItem(item);
  const ports = (await networkPorts?.ofInstance(context, uuid)) ?? [];
  const named = [
    { profile: profileOfFlavor(flavor), port: '' },
    ...ports.map(({ id, deviceProfile }) => ({ profile: deviceProfile ?? undefined, port: id })),
  ];
  const groups = named.map(async ({ profile, port }) =>
    profile === undefined ? [] : profileGroups(await accelerators.profile(context, profile), port),
  );
  return (await Promise.all(groups)).flat();
}

/** The device profile that a Flavor on the wire names. */
export const profileOfFlavor = (flavor: JsonMap[string] | undefined): string | undefined =>
  textOf(mapOf(fieldsOf(flavor)['extra_specs'])['accel:device_profile']);

const pciOf = (item: Item, spec: WireObject | null): JsonMap[string] | undefined =>
  fieldsOf(spec ?? instanceOf(item, ['pci_requests']).toPrimitive())['pci_requests'];

const storedGroups = (spec: WireObject | null, made: ReadonlySet<string>): WireObject[] =>
  objectsOf(fieldsOf(spec)['requested_resources']).filter(
    (group) => !made.has(textOf(fieldsOf(group)['requester_id']) ?? ''),
  );
