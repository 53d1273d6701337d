import { passIf, type HostFilter } from './host-filter.ts';

/** A host of a cell that takes new servers. */
export const disabledCellsFilter: HostFilter = {
  name: 'DisabledCellsFilter',
  runOnRebuild: false,
  hostPasses({ cellDisabled }) {
    return passIf(!cellDisabled, 'the cell is disabled');
  },
};
