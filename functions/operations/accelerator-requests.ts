import type { ProviderMapping } from '#conductor/port-bindings';
import { AcceleratorRequestOpFailed, KeyError } from '#errors';
import type { Accelerators, Arq, ArqBinding } from '#ports/accelerators';
import type { RequestContext } from '#ports/context';
import type { Json } from '#ports/json';
import type { Services } from '#ports/services';
import { profileOfFlavor } from '#request-specs/needs-of-instance';
import { fieldsOf, objectsOf, textOf } from '#wire/reading';
import { setFields } from '#wire/wire';

/** Whose devices are asked for, and where they are to be. */
export interface DeviceQuestion {
  readonly context: RequestContext;
  readonly uuid: string;
  /** Name of the compute node. */
  readonly node: string;
  /** A Flavor on the wire. */
  readonly flavor: Json;
  /** Which providers meet the groups of the request. */
  readonly mapping: ProviderMapping;
  /** A NetworkRequestList on the wire, or null: its ports may have device profiles of their own. */
  readonly requestedNetworks: Json;
}

/** The devices of a server at its host. */
export interface BoundDevices {
  /** Ids of the accelerator requests, the flavor's first. */
  readonly accelUuids: string[];
  /** The networks that were asked for, whose ports name their devices. */
  readonly requestedNetworks: Json;
}

/** A profile whose devices are wanted: the flavor's, or that of a port. */
interface Wanted {
  readonly profile: string;
  /** Empty for the flavor. */
  readonly port: string;
}

type DeviceServices = Pick<Services, 'accelerators' | 'log'>;

/** The device profiles of a flavor and of the ports that are asked for. */
function wantedOf(flavor: Json, requestedNetworks: Json): Wanted[] {
  const own = profileOfFlavor(flavor);
  const ports = objectsOf(requestedNetworks).flatMap((request): Wanted[] => {
    const { port_id, device_profile } = fieldsOf(request);
    const [port, profile] = [textOf(port_id), textOf(device_profile)];
    return port === undefined || profile === undefined ? [] : [{ profile, port }];
  });
  return [...(own === undefined ? [] : [{ profile: own, port: '' }]), ...ports];
}

/**
 * Has the devices that a server asks for made and bound at its host (conductor-today.md 4.1). A repeat takes those that
 * are bound there; those of another host are deleted. Whatever fails, none that was made here is left.
 *
 * @throws AcceleratorRequestOpFailed, also where no accelerator service is named: a server never runs without its devices
 * @throws AcceleratorRequestBindingFailed
 * @throws KeyError when nobody says which provider meets a group
 */
export async function bindDevices(services: DeviceServices, question: DeviceQuestion): Promise<BoundDevices> {
  const { context, uuid, flavor, requestedNetworks } = question;
  const wanted = wantedOf(flavor, requestedNetworks);
  if (wanted.length === 0) return { accelUuids: [], requestedNetworks };
  const { accelerators } = services;
  if (accelerators === undefined) {
    const msg = `device profile ${wanted[0]?.profile ?? ''}: this deployment names no accelerator service`;
    throw new AcceleratorRequestOpFailed({ op: 'create', msg });
  }
  const there = await accelerators.arqsOf(context, uuid);
  const taken = wanted.map((each) => there.filter((arq) => isMet(arq, each, question)));
  const known = new Set(taken.flat());
  if (known.size === there.length && taken.every((arqs) => arqs.length > 0)) return named(question, wanted, taken);
  if (there.length > 0) await accelerators.deleteOf(context, uuid);
  return named(question, wanted, await make(accelerators, question, wanted));
}

/** Whether a request of the server is bound to the provider that meets the group of a profile. */
const isMet = (arq: Arq, { profile, port }: Wanted, { node, mapping }: DeviceQuestion): boolean =>
  arq.profile === profile &&
  arq.state === 'Bound' &&
  arq.hostname === node &&
  mapping[`device_profile_${arq.group}${port}`]?.[0] === arq.providerUuid;

/** Requests of each profile, made and bound; none is left after a failure. */
async function make(accelerators: Accelerators, question: DeviceQuestion, wanted: readonly Wanted[]): Promise<Arq[][]> {
  const { context, uuid, node, mapping } = question;
  const made: Arq[][] = [];
  const bindings: ArqBinding[] = [];
  try {
    for (const { profile, port } of wanted) {
      const arqs = [...(await accelerators.create(context, profile))];
      made.push(arqs);
      if (port !== '' && arqs.length > 1)
        throw new AcceleratorRequestOpFailed({ op: 'create', msg: `port ${port} can hold one device alone` });
      for (const arq of arqs) {
        const group = `device_profile_${arq.group}${port}`;
        const [providerUuid] = mapping[group] ?? [];
        if (providerUuid === undefined) throw new KeyError(group);
        bindings.push({ uuid: arq.uuid, hostname: node, providerUuid, instanceId: uuid });
      }
    }
    await accelerators.bind(context, bindings);
  } catch (error) {
    await accelerators.delete(
      context,
      made.flat().map((arq) => arq.uuid),
    );
    throw error;
  }
  return made;
}

function named({ requestedNetworks }: DeviceQuestion, wanted: readonly Wanted[], arqs: readonly Arq[][]): BoundDevices {
  const ofPort = new Map(wanted.map(({ port }, at) => [port, arqs[at]?.[0]?.uuid]));
  const accelUuids = [...new Set(arqs.flat().map(({ uuid }) => uuid))];
  const objects = objectsOf(requestedNetworks);
  if (objects.length === 0 || ![...ofPort.keys()].some((port) => port !== '')) return { accelUuids, requestedNetworks };
  const bound = objects.map((request) => {
    const arq = ofPort.get(textOf(fieldsOf(request)['port_id']) ?? '-');
    return arq === undefined ? request : setFields(request, { arq_uuid: arq });
  });
  const list = Array.isArray(requestedNetworks) ? bound : withObjects(requestedNetworks, bound);
  return { accelUuids, requestedNetworks: list };
}

const withObjects = (list: Json, objects: Json[]): Json =>
  typeof list === 'object' && list !== null && !Array.isArray(list)
    ? { ...list, 'nova_object.data': { ...fieldsOf(list), objects } }
    : list;

/**
 * The devices that a server has at the host which it does not leave.
 *
 * @throws AcceleratorRequestOpFailed when it should have some and has none
 */
export async function devicesInPlace(
  { accelerators }: DeviceServices,
  { context, uuid, flavor }: Pick<DeviceQuestion, 'context' | 'uuid' | 'flavor'>,
): Promise<string[]> {
  const profile = profileOfFlavor(flavor);
  if (profile === undefined) return [];
  const arqs = (await accelerators?.arqsOf(context, uuid)) ?? [];
  if (arqs.length > 0) return arqs.map((arq) => arq.uuid);
  throw new AcceleratorRequestOpFailed({ op: 'get', msg: `instance ${uuid} has none of device profile ${profile}` });
}

/** Deletes the devices of a server that does not run; what the accelerator service refuses is logged, nothing more. */
export async function releaseDevices(
  { accelerators, log }: DeviceServices,
  { context, uuid, flavor, requestedNetworks }: Omit<DeviceQuestion, 'node' | 'mapping'>,
): Promise<void> {
  if (accelerators === undefined || wantedOf(flavor, requestedNetworks).length === 0) return;
  try {
    await accelerators.deleteOf(context, uuid);
  } catch (error) {
    if (!(error instanceof AcceleratorRequestOpFailed)) throw error;
    log.error('accelerator requests could not be deleted', { instance: uuid }, error);
  }
  const ofPorts = objectsOf(requestedNetworks).flatMap((request) => textOf(fieldsOf(request)['arq_uuid']) ?? []);
  await accelerators.delete(context, ofPorts);
}
