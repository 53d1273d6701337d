import { mayRetry } from '#conductor/live-migration';
import { providerMapping } from '#conductor/port-bindings';
import {
  MaxRetriesExceeded,
  MigrationPreCheckError,
  MigrationSchedulerRPCError,
  NoValidHost,
  RemoteError,
  type NovaError,
} from '#errors';
import type { WireObject } from '#ports/json';
import type { Services } from '#ports/services';
import type { Item, ItemOf } from '#ports/tables';
import { notedNeeds } from '#operations/noted-needs';
import { noteOnOperation, readOperation, type StoredOperation } from '#operations/operation-document';
import { fieldsOf, isWireObject, listOf, plainText, textOf } from '#wire/reading';
import { storedInstance } from '#servers/stored-instance';
import { specOfMove } from '#request-specs/spec-of-move';
import { untilAnswered } from '../ask-scheduler.ts';
import type { Ended, StepEvent } from '../step.ts';
import { devicesOn, mustHaveMovableDevices } from './devices.ts';
import { ownCell } from './own-cell.ts';
import type { MigratingState, PlacedState } from './state.ts';
import { mustBeWire } from '#wire/wire-object';
import type { StoredInstance } from '#records/items/instance';

/**
 * Asks the scheduler for a destination in the server's cell, leaving out the source and what was rejected
 * (nova.conductor.tasks.live_migrate `_find_destination`). Answers whether the host is to be asked or rejected.
 *
 * @throws MaxRetriesExceeded when more were rejected than migrate_max_retries allows
 * @throws NoValidHost, UnsupportedPolicyException, MessagingTimeout, MigrationSchedulerRPCError
 * @throws MigrationPreCheckError when the server is mapped to no cell
 */
export async function selectDestination(
  services: Services,
  { state, execution }: StepEvent<MigratingState>,
): Promise<Ended<PlacedState>> {
  const { server: instance, rejected, request } = state;
  if (!mayRetry(rejected.length, services.config.migrateMaxRetries))
    throw new MaxRetriesExceeded({
      reason: `Exceeded max scheduling retries ${rejected.length} for instance ${instance} during live migration`,
    });
  const document = await readOperation(services, request);
  const item = await storedInstance(services, state.cell, instance);
  const selection = await ask(services, state, document, item, `${execution}/${rejected.length}`);
  const pci_requests = await devicesOn(services, item, selection);
  if (pci_requests !== null || document.pci_requests !== null)
    await noteOnOperation(services, request, { pci_requests });

  const { service_host, nodename, compute_node_uuid, limits = null, availability_zone } = fieldsOf(selection);
  const [host, zone, mapping] = [plainText(service_host), textOf(availability_zone), providerMapping(selection)];
  const placed: PlacedState = {
    ...state,
    host,
    node: plainText(nodename),
    node_uuid: plainText(compute_node_uuid),
    limits,
    ...(zone === undefined ? {} : { zone }),
    ...(Object.keys(mapping).length === 0 ? {} : { mapping }),
  };
  const refusal = await devicesRefusal(services, document, item);
  if (refusal === undefined) return { state: placed, outcome: 'ask' };
  services.log.info('destination rejected', { instance, host, error: refusal.name });
  return { state: placed, outcome: 'rejected' };
}

async function ask(
  services: Services,
  state: MigratingState,
  document: StoredOperation,
  instance: ItemOf<StoredInstance>,
  operation: string,
): Promise<WireObject> {
  const { server: uuid, rejected, source_host } = state;
  const { context, arguments: args } = document;
  const ignore_hosts = [source_host, ...rejected];
  const cell = await ownCell(services, uuid);
  const spec = await specOfMove(services, {
    cell,
    instance,
    spec: args['request_spec'],
    filterProperties: { ignore_hosts },
    needs: await notedNeeds(services, state.request, document, instance),
  });
  spec.set('ignore_hosts', ignore_hosts);
  try {
    const question = {
      context,
      spec: mustBeWire(spec.toPrimitive(), 'a request spec'),
      instanceUuids: [uuid],
      alternates: false,
      operation,
    };
    const asking = () => services.scheduler.selectDestinations(question);
    const [list] = await untilAnswered(services, [uuid], asking);
    const selection = listOf(list)[0];
    if (!isWireObject(selection)) throw new NoValidHost({ reason: '' });
    return selection;
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    throw new MigrationSchedulerRPCError({ reason: error.message }, { cause: error });
  }
}

/** Why the devices of the server cannot be moved live; undefined when they can. */
async function devicesRefusal(
  services: Services,
  { context }: StoredOperation,
  item: Item,
): Promise<NovaError | undefined> {
  try {
    await mustHaveMovableDevices(services, context, item);
    return undefined;
  } catch (error) {
    if (error instanceof MigrationPreCheckError) return error;
    throw error;
  }
}
