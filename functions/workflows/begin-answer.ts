import { MigrationNotFound } from '#errors';
import type { Services } from '#ports/services';
import { beginScope } from '#operations/action-scope';
import { readOperation } from '#operations/operation-document';
import { migrationObject } from '#operations/end-migration';
import { acquire, isFree } from '#operations/own-operation';
import { instanceItem } from '#records/items/instance';
import { migrationItem } from '#records/items/migration';
import { cellTable, instanceKey, migrationKey } from '#records/keys';
import { saveMigration } from '#records/methods/migration';
import type { Operation } from '#records/operation';
import { cellOfHost } from '#records/hosts/host-cell';
import { mappedCell, targetCellOf } from '#records/target-cell';
import { refuseMove } from '#servers/refuse-move';
import { arrivedIn, type AnsweredState, type ArrivedState, type BothCellsState } from './both-cells.ts';
import { failureOf, type Step, type StepEvent } from './step.ts';

/** A request that ends a resize across cells. */
export interface Answer {
  readonly operation: Operation;
  /** Of the method of the same name. */
  readonly event: string;
  readonly method: string;
  /** The task states that the API has set for it. */
  readonly whileTask: readonly (string | null)[];
}

/**
 * Targets the cell that the server has moved to, begins the action's event and takes the server over. What follows its
 * failures writes nothing else.
 */
export const beginAnswer =
  ({ operation, event }: Answer): Step<AnsweredState> =>
  async (services: Services, { state, execution }: StepEvent<AnsweredState>): Promise<ArrivedState> => {
    const { server: uuid, request } = state;
    const [{ context }, cell] = await Promise.all([readOperation(services, request), targetCellOf(services, uuid)]);
    await beginScope(services, { cell, uuid, context, events: [event], writer: execution });
    await acquire(services, { operation, cell, uuid, execution });
    return { ...state, cell: cell.name, cell_uuid: cell.uuid, ask_seconds: services.config.hostCallSeconds };
  };

/**
 * Ends a request that could not begin: its event and the answer say why. A server that is resized still waits for
 * its user again; the migration of one that its user has deleted is in error.
 */
export const refuseAnswer =
  ({ operation, event, method, whileTask }: Answer): Step<AnsweredState> =>
  async (services: Services, { state, error, execution }: StepEvent<AnsweredState>): Promise<void> => {
    await refuseMove(services, {
      operation,
      execution,
      uuid: state.server,
      request: state.request,
      method,
      events: [event],
      writer: execution,
      reply: state.reply,
      caught: failureOf(error),
      whileTask,
    });
    await takeBack(services, state);
  };

async function takeBack(services: Services, { server, migration, request }: AnsweredState): Promise<void> {
  const cell = await mappedCell(services, server);
  if (cell === undefined) return;
  const item = await services.tables.get(cellTable(cell.name), instanceKey(server));
  if (item === undefined || !isFree(item)) return;
  const { deleted, vm_state } = instanceItem(item);
  if (!deleted && vm_state !== 'resized') return;
  const { context } = await readOperation(services, request);
  const records = { ...services, context, cell };
  const found = await migrationObject(records, server, migration);
  if (found === undefined || !ANSWERED.has(found.peek('status') ?? '')) return;
  found.set('status', deleted ? 'error' : 'finished');
  await saveMigration(records, found);
}

/** Statuses that an API sets once a user has answered a resize. */
const ANSWERED: ReadonlySet<string> = new Set(['confirming', 'reverting']);

/**
 * The hosts of the move and their cells, whichever of them shows the server by now: a revert that failed half-way has
 * brought it back to the cell that it has come from.
 *
 * @throws MigrationNotFound, HostMappingNotFound
 */
export async function bothCells(services: Services, state: ArrivedState): Promise<BothCellsState> {
  const { server, migration, cell } = state;
  const found = await services.tables.get(cellTable(cell), migrationKey(server, migration));
  const { source_compute = null, dest_compute = null } = found === undefined ? {} : migrationItem(found);
  if (source_compute === null) throw new MigrationNotFound({ migration_id: migration });
  const source = await cellOfHost(services, source_compute);
  const isBack = source.name === cell && dest_compute !== null;
  const target = isBack ? await cellOfHost(services, dest_compute) : arrivedIn(state);
  return {
    ...state,
    cell: target.name,
    cell_uuid: target.uuid,
    source_cell: source.name,
    source_cell_uuid: source.uuid,
    source_host: source_compute,
    host: dest_compute ?? '',
  };
}
