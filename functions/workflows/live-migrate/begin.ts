import { newMigration } from '../own-migration.ts';
import { documentAddress, mappingAddress } from '#records/item-addresses';
import { readAhead } from '#records/remembered-reads';
import type { Services } from '#ports/services';
import { beginScope } from '#operations/action-scope';
import { readOperation } from '#operations/operation-document';
import { acquire } from '#operations/own-operation';
import { targetCellOf } from '#records/target-cell';
import type { StepEvent } from '../step.ts';
import { eventsOf, type MoveState, type OwnedState } from './state.ts';
import { instanceItem } from '#records/items/instance';

/**
 * Targets the server's cell, begins the action's event and takes the server over (nova.conductor.manager
 * `targets_cell`, nova.compute.utils `EventReporter`). Refuse is what follows its failures: nothing else has been
 * written yet.
 *
 * @throws InstanceMappingNotFound for a server that is mapped to no cell
 * @throws InstanceActionNotFound for a request without an action
 * @throws InstanceInvalidState while another execution is at work on the server
 */
export async function begin(services: Services, { state, execution }: StepEvent<MoveState>): Promise<OwnedState> {
  const { server: instance, request } = state;
  await readAhead(services, documentAddress(request), mappingAddress(instance));
  const [{ context }, cell] = await Promise.all([readOperation(services, request), targetCellOf(services, instance)]);
  await beginScope(services, { cell, uuid: instance, context, events: eventsOf(state), writer: execution });
  const item = await acquire(
    services,
    { operation: 'live-migrate', cell, uuid: instance, execution },
    newMigration(services, execution),
  );
  const owned: OwnedState = {
    ...state,
    kind: state.destination === null ? 'scheduled' : 'forced',
    cell: cell.name,
    cell_uuid: cell.uuid,
    source_host: instanceItem(item).host ?? '',
    source_node: instanceItem(item).node ?? '',
    vm_state: instanceItem(item).vm_state ?? 'active',
    wait_seconds: services.config.waitSeconds,
    ask_seconds: services.config.longRpcTimeout,
    replied: false,
  };
  return owned;
}
