import type { ProviderMapping } from '#conductor/port-bindings';
import { AcceleratorRequestOpFailed, KeyError, ServiceNotReached, ServiceUnusable } from '#errors';
import type { Accelerators, Arq, ArqBinding } from '#ports/accelerators';
import type { RequestContext } from '#ports/context';
import { absent, any, equals, exists } from '#ports/conditions';
import type { Json } from '#ports/json';
import type { Services } from '#ports/services';
import { ConditionFailed, TransactionConflict, type Attributes, type Item } from '#ports/tables';
import { profileOfFlavor } from '#request-specs/needs-of-instance';
import { instanceItem } from '#records/items/instance';
import { arqKey, cellTable, REQUESTS } from '#records/keys';
import { ARQS, ARQS_ASKED } from '#records/operation';
import { fieldsOf, objectsOf, textOf, textsOf, wireOf } from '#wire/reading';
import { newObject, setFields } from '#wire/wire';

/** Whose devices are asked for, and where they are to be. */
export interface DeviceQuestion {
  readonly context: RequestContext;
  readonly cell: string;
  /** The server's record. */
  readonly item: Item;
  /** Name of the compute node. */
  readonly node: string;
  /** Which providers meet the groups of the request. */
  readonly mapping: ProviderMapping;
  /** The networks of a new server, whose ports may have device profiles of their own. @default those of its ports */
  readonly requestedNetworks?: Json;
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

/** A profile with the requests that were made for it. */
interface Met extends Wanted {
  readonly arqs: readonly Arq[];
}

type DeviceServices = Pick<Services, 'accelerators' | 'clock' | 'log' | 'networkPorts' | 'tables'>;

/** What can be asked where an accelerator service is named. */
type NamedServices = DeviceServices & { readonly accelerators: Accelerators };

/** The ports of a server with device profiles, in the form in which a new one asks for them. */
async function profiledPorts(
  { accelerators, networkPorts }: Pick<Services, 'accelerators' | 'networkPorts'>,
  { context, item }: Pick<DeviceQuestion, 'context' | 'item'>,
): Promise<Json> {
  if (accelerators === undefined || networkPorts === undefined) return null;
  const ports = await networkPorts.ofInstance(context, instanceItem(item).uuid);
  return ports.flatMap(({ id, deviceProfile }) =>
    deviceProfile === null ? [] : newObject('NetworkRequest', '1.3', { port_id: id, device_profile: deviceProfile }),
  );
}

/** The device profiles of a flavor and of the ports that are asked for. */
function wantedOf(item: Item, requestedNetworks: Json): Wanted[] {
  const own = profileOfFlavor(instanceItem(item).flavor);
  const ports = objectsOf(requestedNetworks).flatMap((request): Wanted[] => {
    const { port_id, device_profile } = fieldsOf(request);
    const [port, profile] = [textOf(port_id), textOf(device_profile)];
    return port === undefined || profile === undefined ? [] : [{ profile, port }];
  });
  return [...(own === undefined ? [] : [{ profile: own, port: '' }]), ...ports];
}

/**
 * Has the devices that a server asks for made and bound at its host (nova.conductor.manager `_create_and_bind_arqs`). A
 * repeat takes those that are bound there; those of another host are deleted. Whatever fails, none that was made here
 * is left.
 *
 * @throws AcceleratorRequestOpFailed, also where no accelerator service is named: a server
 *   never runs without its devices
 * @throws AcceleratorRequestBindingFailed
 * @throws KeyError when nobody says which provider meets a group
 */
export async function bindDevices(services: DeviceServices, question: DeviceQuestion): Promise<BoundDevices> {
  const { context, item } = question;
  // A new server that asks for no networks, which is null, has no ports yet.
  const { requestedNetworks = await profiledPorts(services, question) } = question;
  const { uuid } = instanceItem(item);
  const wanted = wantedOf(item, requestedNetworks);
  const [first] = wanted;
  if (first === undefined) return { accelUuids: [], requestedNetworks };
  const { accelerators } = services;
  if (accelerators === undefined) {
    const msg = `device profile ${first.profile}: this deployment names no accelerator service`;
    throw new AcceleratorRequestOpFailed({ op: 'create', msg });
  }
  const there = await accelerators.arqsOf(context, uuid);
  const met = metBy(there, wanted, question);
  const known = met.flatMap(({ arqs }) => arqs);
  if (known.length === there.length && met.every(({ arqs }) => arqs.length > 0)) return named(requestedNetworks, met);
  if (there.length > 0) await accelerators.deleteOf(context, uuid);
  const reached = { ...services, accelerators };
  await deleteNoted(reached, question);
  return named(requestedNetworks, await make(reached, question, wanted));
}

/** Which requests meet which profile: a port has one that no other port has, and the flavor all the others. */
function metBy(there: readonly Arq[], wanted: readonly Wanted[], question: DeviceQuestion): Met[] {
  const free = new Set(there);
  // From the last to the first, since the flavor comes first and takes what the ports leave.
  const met = wanted.toReversed().map((each): Met => {
    const fitting = [...free].filter((arq) => isMet(arq, each, question));
    const arqs = each.port === '' ? fitting : fitting.slice(-1);
    for (const arq of arqs) free.delete(arq);
    return { ...each, arqs };
  });
  return met.toReversed();
}

/** Whether a request of the server is bound to the provider that meets the group of a profile. */
const isMet = (arq: Arq, { profile, port }: Wanted, { node, mapping }: DeviceQuestion): boolean =>
  arq.profile === profile &&
  arq.state === 'Bound' &&
  arq.hostname === node &&
  mapping[`device_profile_${arq.group}${port}`]?.[0] === arq.providerUuid;

/** Requests of each profile, made and bound; none is left after a failure. */
async function make(services: NamedServices, question: DeviceQuestion, wanted: readonly Wanted[]): Promise<Met[]> {
  const { accelerators } = services;
  const { context, cell, item, node, mapping } = question;
  const { uuid } = instanceItem(item);
  const note = (set: Attributes) =>
    services.tables.update(cellTable(cell), { pk: item.pk, sk: item.sk }, { set }, exists);
  const made: Met[] = [];
  const uuids = () => made.flatMap(({ arqs }) => arqs.map((arq) => arq.uuid));
  const bindings: ArqBinding[] = [];
  try {
    for (const { profile, port } of wanted) {
      await note({ [ARQS_ASKED]: profile });
      const arqs = [...(await accelerators.create(context, profile))];
      made.push({ profile, port, arqs });
      await take(services, uuid, arqs);
      await note({ [ARQS]: uuids(), [ARQS_ASKED]: null });
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
    await note({ [ARQS]: null });
  } catch (error) {
    // First of all, since there is nothing to note of a server that is gone by now.
    await accelerators.delete(context, uuids());
    // What was refused has made nothing; what was not answered is looked for by whoever comes next.
    if (error instanceof AcceleratorRequestOpFailed || (error instanceof ServiceUnusable && !isMaybeDone(error)))
      await note({ [ARQS_ASKED]: null });
    throw error;
  }
  return made;
}

const isMaybeDone = (error: ServiceUnusable): boolean => error instanceof ServiceNotReached && error.maybeDone;

/** Seconds for which it is known who has noted a request; by then it is bound, or deleted. */
const KEPT_SECONDS = 7 * 86_400;

/**
 * Takes requests that no server has yet for one, so that nobody who looks for those of a lost
 * answer takes them for another.
 *
 * @throws TransactionConflict when somebody has: the step finds out anew what there is
 */
async function take(
  { clock, tables }: Pick<DeviceServices, 'clock' | 'tables'>,
  instance: string,
  arqs: readonly Arq[],
): Promise<void> {
  const expires_at = Math.floor(clock.now() / 1000) + KEPT_SECONDS;
  for (const { uuid } of arqs) {
    try {
      const condition = any(absent, equals('taken_for', instance));
      await tables.put(REQUESTS, { ...arqKey(uuid), taken_for: instance, expires_at }, condition);
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      throw new TransactionConflict('another operation has taken an accelerator request', { cause: error });
    }
  }
}

/**
 * Deletes what a create made whose answer was lost: requests of the profile that no server has and nobody has taken, so
 * many as one create makes. Which of several are its own is not known, nor does it matter.
 */
async function deleteLost(
  services: NamedServices,
  { context, item }: Pick<DeviceQuestion, 'context' | 'item'>,
  profile: string,
): Promise<void> {
  const { accelerators } = services;
  const { uuid: instance } = instanceItem(item);
  const groups = await accelerators.profile(context, profile);
  const amounts = groups.flatMap(({ resources }) => Object.values(resources));
  let left = amounts.reduce((sum, amount) => sum + amount, 0);
  for (const arq of await accelerators.unbound(context, profile)) {
    if (left === 0) return;
    try {
      await take(services, instance, [arq]);
    } catch (error) {
      if (!(error instanceof TransactionConflict)) throw error;
      continue;
    }
    await accelerators.delete(context, [arq.uuid]);
    left -= 1;
  }
}

/** The devices, and the networks that were asked for with those of their ports. */
function named(requestedNetworks: Json, met: readonly Met[]): BoundDevices {
  const accelUuids = met.flatMap(({ arqs }) => arqs.map(({ uuid }) => uuid));
  const ofPort = new Map<Json | undefined, string | undefined>(met.map(({ port, arqs: [arq] }) => [port, arq?.uuid]));
  const objects = objectsOf(requestedNetworks).map((request) => {
    const arq = ofPort.get(fieldsOf(request)['port_id']);
    return arq === undefined ? request : setFields(request, { arq_uuid: arq });
  });
  if (objects.length === 0) return { accelUuids, requestedNetworks };
  const list = wireOf(requestedNetworks);
  if (list === undefined) return { accelUuids, requestedNetworks: objects };
  const data = { ...fieldsOf(list), objects };
  return { accelUuids, requestedNetworks: { ...list, 'nova_object.data': data } };
}

/**
 * The devices that a server has at the host which it does not leave.
 *
 * @throws AcceleratorRequestOpFailed when it should have some and has none
 */
export async function devicesInPlace(
  services: DeviceServices,
  question: Pick<DeviceQuestion, 'context' | 'item'>,
): Promise<string[]> {
  const { context, item } = question;
  const { uuid } = instanceItem(item);
  const [wanted] = wantedOf(item, await profiledPorts(services, question));
  if (wanted === undefined) return [];
  const arqs = (await services.accelerators?.arqsOf(context, uuid)) ?? [];
  if (arqs.length > 0) return arqs.map((arq) => arq.uuid);
  throw new AcceleratorRequestOpFailed({
    op: 'get',
    msg: `instance ${uuid} has none of device profile ${wanted.profile}`,
  });
}

/** Deletes the devices of a server that does not run; what the accelerator service refuses is logged, nothing more. */
export async function releaseDevices(
  services: DeviceServices,
  question: Pick<DeviceQuestion, 'context' | 'item' | 'requestedNetworks'>,
): Promise<void> {
  const { accelerators, log } = services;
  if (accelerators === undefined) return;
  const { context, item } = question;
  const { uuid } = instanceItem(item);
  // A new server that asks for no networks, which is null, has no ports yet.
  const { requestedNetworks = await profiledPorts(services, question) } = question;
  if (wantedOf(item, requestedNetworks).length === 0) return;
  try {
    await accelerators.deleteOf(context, uuid);
  } catch (error) {
    if (!(error instanceof AcceleratorRequestOpFailed)) throw error;
    log.error('accelerator requests could not be deleted', { instance: uuid }, error);
  }
  const ofPorts = objectsOf(requestedNetworks).flatMap((request) => textOf(fieldsOf(request)['arq_uuid']) ?? []);
  await accelerators.delete(context, ofPorts);
  await deleteNoted({ ...services, accelerators }, question);
}

/** Deletes what was made for a server and not bound: a function that died had noted it, or its answer was lost. */
async function deleteNoted(
  services: NamedServices,
  { context, item }: Pick<DeviceQuestion, 'context' | 'item'>,
): Promise<void> {
  await services.accelerators.delete(context, textsOf(item[ARQS]));
  const lost = textOf(item[ARQS_ASKED]);
  if (lost !== undefined) await deleteLost(services, { context, item }, lost);
}
