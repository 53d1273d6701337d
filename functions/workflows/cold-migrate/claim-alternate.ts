import { HostMappingNotFound } from '#errors';
import { checkAttempts } from '#conductor/retry';
import { claimOwner } from '#placement/claim-resources';
import { all, equals, exists, not, oneOf } from '#ports/conditions';
import type { Services } from '#ports/services';
import { ConditionFailed, type Item } from '#ports/tables';
import { beginScope } from '#operations/action-scope';
import { migrationObject } from '#operations/end-migration';
import { cellOfHost } from '#records/hosts/host-cell';
import { cellTable, instanceKey } from '#records/keys';
import { saveMigration } from '#records/methods/migration';
import { ASKED, DELETED_BY_HOST, HOSTS, hostsAttribute, operationNames, operationState } from '#records/operation';
import { givenUp } from '#records/items/given-up';
import { readOperation, type StoredOperation } from '#operations/operation-document';
import { mustNotBeDeleted } from '#operations/not-deleted';
import { updateOwned } from '#operations/own-operation';
import { fieldsOf, textOf } from '#wire/reading';
import { settledAs } from '#operations/settle';
import { claimNext } from '../claim-next.ts';
import { selectionsOf } from '../selections-of.ts';
import type { Ended, StepEvent } from '../step.ts';
import { placedOn } from './placed-on.ts';
import { releaseDestination } from '../release-destination.ts';
import { EVENTS, type MigratingState, type PlacedState } from '../cold-move.ts';
import { ownership } from './state.ts';
import { instanceItem, type InstanceItem } from '#records/items/instance';

const COLD = operationNames('cold-migrate');

type State = MigratingState & Partial<PlacedState>;

/**
 * Hands the server to the next alternate (reschedule, nova.conductor.tasks.migrate `MigrationTask._execute`). First the
 * last destination is fenced, so that nothing it still says counts any more, but for the fault of one that gave the
 * server back; then its claim is released and the alternates are claimed in turn. The scheduler is not asked. Needs no
 * undo: the claim is the server's own, and Undo of the swap takes it away.
 *
 * @throws MaxRetriesExceeded when the tries or the alternates are used up
 * @throws InstanceInvalidState when the server is deleted by its host
 */
export async function claimAlternate(
  services: Services,
  { state, execution }: StepEvent<State>,
): Promise<Ended<State>> {
  const { server: uuid } = state;
  const fenced = await fence(services, state, execution);
  if (typeof fenced === 'string') return { state, outcome: fenced };
  const document = await readOperation(services, state.request);
  const attempt = state.attempt + 1;
  const rescheduleRequest = operationState(fenced, 'cold-migrate').reschedule;
  const asked = state.host !== undefined && rescheduleRequest?.attempt === state.attempt ? rescheduleRequest : null;
  const going: State = asked === null ? state : { ...state, reply: asked.reply ?? null, replied: false };
  if (asked !== null) {
    await updateOwned(services, ownership(state, execution), { [ASKED]: hostsAttribute(state.host ?? '') });
    const scope = { cell: ownership(state, execution).cell, uuid, context: document.context, events: EVENTS };
    await beginScope(services, { ...scope, writer: `${execution}/${attempt}` });
  } else if (state.host !== undefined) {
    const marked = givenUp(
      { operation: 'cold-migrate', request: state.request_id, at: services.clock.now() },
      state.host,
    );
    await updateOwned(services, ownership(state, execution), marked);
  }
  await releaseDestination(services, state);
  const reason = asked?.reason ?? state.reason ?? 'the host gave the server back';
  const claimed = await claimPlace(services, going, document, { execution, attempt, reason });
  await handMigration(services, claimed, document, asked === null && state.host !== undefined);
  return { state: claimed, outcome: 'claimed' };
}

/**
 * Names the new destination on a migration that names the last one, or whose last one may yet wake up: only source and
 * destination may write it. One whose host gave it back before it wrote anything is left to the new host, as in Nova.
 */
async function handMigration(
  services: Services,
  { cell, cell_uuid, server: instance, migration: uuid, host, node }: PlacedState,
  { context }: StoredOperation,
  lastMayWake: boolean,
): Promise<void> {
  const records = { ...services, context, cell: { name: cell, uuid: cell_uuid } };
  const migration = await migrationObject(records, instance, uuid);
  if (migration === undefined || (migration.get('dest_compute') === null && !lastMayWake)) return;
  migration.set('dest_compute', host).set('dest_node', node);
  await saveMigration(records, migration);
}

/** Claims the first alternate in the server's cell that has room. */
async function claimPlace(
  services: Pick<Services, 'clock' | 'config' | 'placement' | 'serviceGroup' | 'tables'>,
  state: State,
  document: StoredOperation,
  { execution, attempt, reason }: { readonly execution: string; readonly attempt: number; readonly reason: string },
): Promise<PlacedState> {
  const { server: uuid } = state;
  checkAttempts(attempt, services.config.maxAttempts, uuid, reason);
  const { arguments: args, context } = document;
  const list = selectionsOf(state, document);
  const project = textOf(fieldsOf(args['request_spec'])['project_id']) ?? fieldsOf(args['instance'])['project_id'];
  const owner = claimOwner({ project_id: project ?? null }, context.user_id);
  const chosen = await claimNext(services, list, {
    uuid,
    cell: state.cell,
    chosen: state.chosen ?? -1,
    operation: `${execution}/${attempt}`,
    owner,
    mayTake: (host) => isInCell(services, state.cell, host),
  });
  const placed = placedOn(state, list[chosen] ?? null, { attempt, chosen });
  return { ...placed, wait_seconds: services.config.waitSeconds };
}

async function isInCell(services: Pick<Services, 'clock' | 'tables'>, cell: string, host: string): Promise<boolean> {
  try {
    return (await cellOfHost(services, host)).name === cell;
  } catch (error) {
    if (error instanceof HostMappingNotFound) return false;
    throw error;
  }
}

/**
 * Takes the server from the destination at hand while that one is still preparing; a server that has gone on meanwhile
 * answers how it is settled, or `going-on`.
 *
 * @throws InstanceInvalidState for one that its user has had deleted
 */
async function fence(services: Services, state: State, execution: string): Promise<Item | string> {
  const { cell, server: instance } = state;
  const preparing = oneOf<InstanceItem>('task_state', ['resize_prep', null]);
  try {
    const { item } = await services.tables.update(
      cellTable(cell),
      instanceKey(instance),
      { set: { [HOSTS]: hostsAttribute(state.source_host) }, remove: [COLD.orderedAt] },
      all(
        exists,
        equals<InstanceItem>('deleted', false),
        equals(COLD.owner, execution),
        preparing,
        not(DELETED_BY_HOST),
      ),
    );
    return item;
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    if (error.item === undefined || instanceItem(error.item).deleted) return 'deleted';
    const settled = settledAs(error.item, 'cold-migrate');
    if (settled === undefined) mustNotBeDeleted(error.item, 'cold-migrate');
    return settled ?? 'going-on';
  }
}
