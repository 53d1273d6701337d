import { lowerMessage } from '#conductor/compute-rpc';
import { rebuildPayload } from '#conductor/instance-payloads';
import { usagePayload } from '#conductor/usage-payload';
import type { RequestContext } from '#ports/context';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { computeCap } from '#servers/compute-cap';
import { migrationObject } from '#operations/end-migration';
import type { MigrationObject } from '#records/methods/migration';
import { notify } from '#records/notify';
import { fieldsOf as novaFields, operationNames } from '#records/operation';
import { fieldsOf } from '#wire/reading';
import { readOperation, type StoredOperation } from '#operations/operation-document';
import { endScope } from '#operations/action-scope';
import { registerOrder } from '../register-order.ts';
import type { StepEvent } from '../step.ts';
import { bindDevices, devicesInPlace } from '#operations/accelerator-requests';
import { mappingOfSpec } from '#conductor/port-bindings';
import { mustBeKnown, rebuildArguments } from './rebuild-message.ts';
import { scope, type PlacedState } from './state.ts';
import { instanceItem } from '#records/items/instance';

const REBUILD = operationNames('rebuild');

/**
 * Orders the host to rebuild the server and waits. From the registration on only that host may write the record: a
 * source that comes back does not. Needs no undo: Fail rebuild gives the record back.
 *
 * @throws AcceleratorRequestOpFailed, AcceleratorRequestBindingFailed, KeyError when its devices cannot be bound
 * @throws UnsupportedRPCVersion when the computes of the cell are too old for what is asked
 * @throws UnexpectedTaskStateError, UnexpectedDeletingTaskStateError when somebody else is at work on the server
 */
export async function rebuildOnHost(services: Services, event: StepEvent<PlacedState>): Promise<void> {
  const { state, execution } = event;
  const { server: uuid, cell, cell_uuid, host } = state;
  const document = await readOperation(services, state.request);
  const records = { ...services, context: document.context, cell: { name: cell, uuid: cell_uuid } };
  const cap = await computeCap(services, records.cell, document.context, 'rebuild_instance');
  mustBeKnown(document.arguments, cap);
  const found = await migrationObject(records, uuid, state.migration);
  const isEvacuation = found?.get('migration_type') === 'evacuation';
  const awaited = isEvacuation ? state.migration : null;
  const set = {
    [REBUILD.migration]: awaited,
    [REBUILD.destination]: awaited === null && document.arguments['recreate'] === true ? host : null,
  };
  const item = await registerOrder(services, event, { operation: 'rebuild', state, host, task: 'rebuilding', set });
  if (item !== undefined) {
    await notifyScheduled(services, state, { execution, context: document.context, item });
    await order(services, state, document, { item, found, cap });
  }
  await endScope(services, scope(state, document.context, execution));
}

/** Nova names the conductor as the versioned event's source, and the chosen host as its place. */
async function notifyScheduled(
  services: Services,
  state: PlacedState,
  { execution, context, item }: Scheduled,
): Promise<void> {
  const [instance, flavor] = [novaFields(item), fieldsOf(instanceItem(item).flavor)];
  await notify(services, {
    id: `rebuild-scheduled-${execution}-${state.server}`,
    priority: 'INFO',
    unversioned: {
      eventType: 'compute.instance.rebuild.scheduled',
      publisherId: `compute.${services.config.host}`,
      payload: () => usagePayload(instance, flavor),
    },
    versioned: {
      eventType: 'instance.rebuild_scheduled',
      publisherId: `nova-conductor:${state.host}`,
      payload: () => rebuildPayload({ instance, flavor, context }),
    },
  });
}

interface Scheduled {
  readonly execution: string;
  readonly context: RequestContext;
  readonly item: Item;
}

async function order(
  services: Services,
  state: PlacedState,
  document: StoredOperation,
  { item, found, cap }: { readonly item: Item; readonly found: MigrationObject | undefined; readonly cap: string },
): Promise<void> {
  const { server: uuid, cell, host } = state;
  const migration = found?.toPrimitive() ?? null;
  const accelUuids = await devicesOf(services, state, document, item);
  const args = rebuildArguments({ state, document, item, migration, accelUuids });
  await services.compute.cast({
    cell,
    host,
    method: 'rebuild_instance',
    ...lowerMessage('rebuild_instance', args, cap),
    context: document.context,
    uniqueId: `rebuild-${uuid}-${state.request}`,
  });
  services.log.info('rebuild ordered', { instance: uuid, cell, host, path: state.path });
}

/** The devices of the server: those that it has, or, of one that is evacuated, others at its new host. */
async function devicesOf(
  services: Services,
  { cell, host, source_host, node }: PlacedState,
  { context, spec }: StoredOperation,
  item: Item,
): Promise<string[]> {
  if (host === source_host) return devicesInPlace(services, { context, item });
  const question = { context, cell, item, node: node ?? host, mapping: mappingOfSpec(spec) };
  return (await bindDevices(services, question)).accelUuids;
}
