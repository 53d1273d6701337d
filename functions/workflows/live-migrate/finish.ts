import { cellTable, migrationKey } from '#records/keys';
import { settleAllocations } from '#records/ended-move';
import { letGo } from '#records/own-operation';
import type { Step } from '../step.ts';
import { ownership, type PlacedState } from './state.ts';

/**
 * Ends the wait: a server that is gone leaves nothing behind with its migration, a move that its computes gave up leaves
 * the allocations right, and the next operation may begin.
 */
export const finish: Step<PlacedState> = async (services, { state, execution, outcome }) => {
  const { cell, server, migration } = state;
  if (outcome === 'deleted') await services.placement.release(migration);
  if (outcome === 'error') {
    const item = await services.tables.get(cellTable(cell), migrationKey(server, migration));
    if (item !== undefined) await settleAllocations(services, cell, item);
  }
  await letGo(services, ownership(state, execution));
};
