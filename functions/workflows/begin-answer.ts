import { MigrationNotFound } from '#errors';
import type { Services } from '#ports/services';
import { beginScope } from '#operations/action-scope';
import { readOperation } from '#operations/operation-document';
import { acquire } from '#operations/own-operation';
import { migrationItem } from '#records/items/migration';
import { cellTable, migrationKey } from '#records/keys';
import type { Operation } from '#records/operation';
import { cellOfHost } from '#records/hosts/host-cell';
import { targetCellOf } from '#records/target-cell';
import { refuseMove } from '#servers/refuse-move';
import type { AnsweredState, ArrivedState, BothCellsState } from './both-cells.ts';
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
    await acquire(services, { operation, cell, uuid, execution }, request);
    return { ...state, cell: cell.name, cell_uuid: cell.uuid, ask_seconds: services.config.hostCallSeconds };
  };

/** Ends a request that could not begin: its event and the answer say why. */
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
  };

/**
 * The hosts of the move, and the cell that the server has come from.
 *
 * @throws MigrationNotFound, HostMappingNotFound
 */
export async function bothCells(services: Services, state: ArrivedState): Promise<BothCellsState> {
  const { server, migration, cell } = state;
  const found = await services.tables.get(cellTable(cell), migrationKey(server, migration));
  const { source_compute = null, dest_compute = null } = found === undefined ? {} : migrationItem(found);
  if (source_compute === null) throw new MigrationNotFound({ migration_id: migration });
  const source = await cellOfHost(services, source_compute);
  return {
    ...state,
    source_cell: source.name,
    source_cell_uuid: source.uuid,
    source_host: source_compute,
    host: dest_compute ?? '',
  };
}
