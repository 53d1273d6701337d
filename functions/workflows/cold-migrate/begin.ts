import { newMigration } from '../own-migration.ts';
import { documentAddress, mappingAddress } from '#records/item-addresses';
import { readAhead } from '#records/remembered-reads';
import type { Services } from '#ports/services';
import { NotImplementedError } from '#errors';
import { migrationType } from '#conductor/cold-migration';
import { beginScope } from '#operations/action-scope';
import { readOperation } from '#operations/operation-document';
import { acquire } from '#operations/own-operation';
import { targetCellOf } from '#records/target-cell';
import { fieldsOf, numberOf } from '#wire/reading';
import type { StepEvent } from '../step.ts';
import { EVENTS, type MoveState, type OwnedState } from '../cold-move.ts';
import { instanceItem } from '#records/items/instance';

/**
 * Targets the server's cell, begins the action's events and takes the server over (nova.conductor.manager
 * `targets_cell`, nova.compute.utils `EventReporter`). Refuse is what follows its failures: nothing else has been
 * written yet.
 *
 * @throws InstanceMappingNotFound for a server that is mapped to no cell
 * @throws InstanceActionNotFound for a request without an action
 * @throws InstanceInvalidState while another execution is at work on the server
 * @throws NotImplementedError for a combination of arguments that means nothing
 */
export async function begin(services: Services, { state, execution }: StepEvent<MoveState>): Promise<OwnedState> {
  const { server: instance, request, attempt } = state;
  await readAhead(services, documentAddress(request), mappingAddress(instance));
  const [{ context, arguments: args }, cell] = await Promise.all([
    readOperation(services, request),
    targetCellOf(services, instance),
  ]);
  const scope = { cell, uuid: instance, context, writer: `${execution}/${attempt}` };
  if (state.entry === 'unsupported') {
    await beginScope(services, { ...scope, events: EVENTS.slice(0, 1) });
    throw new NotImplementedError();
  }
  await beginScope(services, { ...scope, events: EVENTS });
  const item = await acquire(
    services,
    { operation: 'cold-migrate', cell, uuid: instance, execution },
    newMigration(services, execution),
  );
  const flavor = numberOf(fieldsOf(instanceItem(item).flavor)['id']) ?? instanceItem(item).instance_type_id;
  const owned: OwnedState = {
    ...state,
    cell: cell.name,
    cell_uuid: cell.uuid,
    source_host: instanceItem(item).host ?? '',
    source_node: instanceItem(item).node ?? '',
    vm_state: instanceItem(item).vm_state ?? 'active',
    type: migrationType(flavor, numberOf(fieldsOf(args['flavor'])['id']) ?? null),
    wait_seconds: services.config.waitSeconds,
    replied: false,
  };
  return owned;
}
