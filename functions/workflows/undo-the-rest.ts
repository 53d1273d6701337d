import type { Services } from '#ports/services';
import { isFree } from '#operations/own-operation';
import { instanceItem } from '#records/items/instance';
import { cellTable, instanceKey } from '#records/keys';
import { ownMigration } from './own-migration.ts';
import type { Step, StepEvent } from './step.ts';

/** A move of which an undo has failed. */
interface HalfUndone {
  readonly server: string;
  readonly cell: string;
  readonly source_host: string;
  readonly migration?: string;
}

/**
 * Takes back what an undo that failed has left, in the order of the undos; each of them may be repeated. A server that
 * has left its source since, or that others are at work on, keeps what it holds: only the migration's part is released.
 */
export const undoTheRestOf =
  <S extends HalfUndone>(undos: readonly Step<S>[]): Step<S> =>
  async (services: Services, event: StepEvent<S>): Promise<void> => {
    const { server: instance, cell, source_host } = event.state;
    const item = await services.tables.get(cellTable(cell), instanceKey(instance));
    if (item !== undefined && (!isFree(item) || instanceItem(item).host !== source_host)) {
      await services.placement.release(await ownMigration(services, event.state, event.execution));
      return;
    }
    for (const undo of undos) await undo(services, event);
  };
