import type { Services } from '#ports/services';
import { rebuildPath } from '#conductor/rebuild';
import { findMigration } from '#operations/end-migration';
import { acquire } from '#operations/own-operation';
import { textOf } from '#wire/reading';
import { readOperation } from '#operations/operation-document';
import { targetCellOf } from '#records/target-cell';
import type { StepEvent } from '../step.ts';
import type { TargetedState } from './state.ts';
import type { RequestState } from '../state.ts';
import { instanceItem } from '#records/items/instance';

/**
 * Finds the server's cell, makes the execution its owner and looks at what is asked for (nova.conductor.manager
 * `targets_cell`, `_allocate_for_evacuate_dest_host`, `rebuild_instance`). Has no undo: every ending gives the server
 * up.
 *
 * @throws InstanceMappingNotFound, InstanceNotFound
 * @throws InstanceInvalidState while another execution is at work on the server
 */
export async function targetServer(
  services: Services,
  { state, execution }: StepEvent<RequestState>,
): Promise<TargetedState> {
  const { server: uuid, request } = state;
  const [{ context, arguments: args }, cell] = await Promise.all([
    readOperation(services, request),
    targetCellOf(services, uuid),
  ]);
  const item = await acquire(services, { operation: 'rebuild', cell, uuid, execution });
  const current = instanceItem(item).host;
  const migration = await findMigration(
    { ...services, context, cell },
    uuid,
    ({ status, source_compute }) => status === 'accepted' && source_compute === current,
  );
  const targeted: TargetedState = {
    ...state,
    cell: cell.name,
    cell_uuid: cell.uuid,
    path: rebuildPath(textOf(args['host']) ?? null, current ?? null),
    vm_state: instanceItem(item).vm_state ?? 'active',
    source_host: current ?? '',
    source_node: instanceItem(item).node ?? '',
    migration: migration?.uuid ?? null,
    wait_seconds: services.config.waitSeconds,
  };
  return targeted;
}
