import type { Services } from '#ports/services';
import { availableMemory, shownMemory, hypervisorRefusal } from '#conductor/live-migration';
import { MigrationPreCheckError, UnableToMigrateToSelf } from '#errors';
import { firstNode } from '#servers/first-node';
import { mustBeUp } from '#servers/host-up';
import { readOperation } from '#operations/operation-document';
import { instanceItem } from '#records/items/instance';
import { storedInstance } from '#servers/stored-instance';
import type { StepEvent } from '../step.ts';
import { mustHaveMovableDevices } from './devices.ts';
import { ownership, type MigratingState, type PlacedState } from './state.ts';

/**
 * Looks at a destination that the user forces, in Nova's order: another host, up, memory, hypervisor
 * (nova.conductor.tasks.live_migrate `_check_requested_destination`). Has no undo: it writes nothing.
 *
 * @throws UnableToMigrateToSelf, ComputeHostNotFound, ComputeServiceUnavailable, MigrationPreCheckError,
 * InvalidHypervisorType, DestinationHypervisorTooOld
 */
export async function checkDestination(
  services: Services,
  { state, execution }: StepEvent<MigratingState>,
): Promise<PlacedState> {
  const { server: instance, source_host } = state;
  const host = state.destination ?? '';
  if (host === source_host) throw new UnableToMigrateToSelf({ instance_id: instance, host });
  await mustBeUp(services, state.cell, host);

  const { context } = await readOperation(services, state.request);
  const at = { cell: ownership(state, execution).cell, context };
  const item = await storedInstance(services, state.cell, instance);
  const [source, destination] = await Promise.all([
    firstNode(services, at, source_host),
    firstNode(services, at, host),
  ]);
  const needed = instanceItem(item).memory_mb ?? 0;
  const available = availableMemory(destination.memory);
  if (needed === 0 || available <= needed)
    throw new MigrationPreCheckError({
      reason: `Unable to migrate ${instance} to ${host}: Lack of memory(host:${shownMemory(available)} <= instance:${needed})`,
    });
  const refusal = hypervisorRefusal(
    source.hypervisor,
    destination.hypervisor,
    services.config.skipHypervisorVersionCheckOnLm,
  );
  if (refusal !== undefined) throw refusal;
  await mustHaveMovableDevices(services, context, item);
  const placed: PlacedState = { ...state, host, node: destination.name, node_uuid: destination.uuid };
  return placed;
}
