import { MigrationPreCheckError } from '#errors';
import { isoSeconds } from '#conductor/time';
import { equals } from '#ports/conditions';
import type { RequestContext } from '#ports/context';
import type { JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import { migrationObject } from '#operations/end-migration';
import { readOperation } from '#operations/operation-document';
import { updateOwned } from '#operations/own-operation';
import { saveMigration } from '#records/methods/migration';
import { idOf } from '#records/items/read';
import { cellTable, migrationKey } from '#records/keys';
import { operationNames } from '#records/operation';
import { unmarked } from '#records/unmarked';
import { changeInstance } from '#servers/instance-change';
import { liveInstance } from '#servers/stored-instance';
import { isWireObject } from '#wire/reading';
import { zoneOfHost } from '../zone-of-host.ts';
import type { Ended, StepEvent } from '../step.ts';
import { heard } from '../ask-compute.ts';
import { callId, copyOwnership, ownership, sourceOf, targetOf, type CrossingState } from './state.ts';

/**
 * Reads the destination's answer: the copy gets its zone and what it is to be again, the server's own record the
 * migration context, and its migration the destination.
 *
 * @throws MigrationPreCheckError when it did not answer in time
 * @throws what the destination answered
 */
export async function keepContext(
  services: Services,
  { state, execution }: StepEvent<CrossingState>,
): Promise<Ended<CrossingState>> {
  const { server: instance, host, migration, target_cell: cell } = state;
  const answer = await heard(services, state, { messageId: callId(execution, 'prepare'), cell, host });
  if (answer.outcome === 'ask') return answer;
  if (answer.outcome === 'silent')
    throw new MigrationPreCheckError({
      reason: `RPC timeout while checking if we can cross-cell migrate to host: ${host}`,
    });
  const { context, arguments: args } = await readOperation(services, state.request);
  const { vm_state, system_metadata } = await liveInstance(services, state.target_cell, instance);
  const updated_at = isoSeconds(services.clock.now());
  await updateOwned(services, copyOwnership(state, execution), {
    system_metadata: { ...system_metadata, old_vm_state: vm_state },
    availability_zone: await zoneOfHost(services, host),
    new_flavor: args['flavor'] ?? null,
    updated_at,
  });
  const own = await services.tables.get(cellTable(state.cell), migrationKey(instance, migration));
  const migration_context = contextOf(answer.result, own === undefined ? null : idOf(own));
  await updateOwned(services, ownership(state, execution), { migration_context });
  await takeDestination(services, state, context);
  return { state: answer.state, outcome: 'kept' };
}

/** The context that the destination made, for the migration of the server's own cell. */
function contextOf(answered: unknown, migration_id: number | null): JsonMap | null {
  if (!isWireObject(answered)) return null;
  const context = { ...answered, 'nova_object.data': { ...answered['nova_object.data'], migration_id } };
  const kept = unmarked(context);
  return isWireObject(kept) ? { ...kept } : null;
}

async function takeDestination(services: Services, state: CrossingState, context: RequestContext): Promise<void> {
  const { server: instance, migration } = state;
  const copied = await migrationObject({ ...services, context, cell: targetOf(state) }, instance, migration);
  const records = { ...services, context, cell: sourceOf(state) };
  const own = await migrationObject(records, instance, migration);
  if (copied === undefined || own === undefined) return;
  for (const name of ['dest_compute', 'dest_node', 'dest_host'] as const) own.set(name, copied.peek(name) ?? null);
  await saveMigration(records, own);
}

/** Undo: the server keeps no context of a move that has failed. */
export async function undoKeepContext(
  services: Services,
  { state, execution }: StepEvent<CrossingState>,
): Promise<void> {
  const condition = equals(operationNames('cross-cell-resize').owner, execution);
  await changeInstance(services, state.cell, state.server, { set: { migration_context: null }, condition });
}
