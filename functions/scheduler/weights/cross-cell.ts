import type { Weigher } from './weigher.ts';

/** Hosts of the cell that a server may leave, before those of any other. */
export const crossCellWeigher: Weigher = {
  name: 'nova.scheduler.weights.cross_cell.CrossCellWeigher',
  multiplier: { option: 'cross_cell_move_weight_multiplier', value: 1_000_000 },
  weigh: ({ provider }, { destination }) =>
    destination.leavesCell && destination.cellUuid !== undefined && destination.cellUuid !== provider.cellUuid ? -1 : 1,
};
