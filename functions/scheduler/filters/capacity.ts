import { fitsUnits } from '#placement/units';
import { passIf, type HostFilter } from './host-filter.ts';

/** A host that refused this often during one request has something wrong that its numbers do not show. */
const MOST_REFUSALS = 3;

/** A host with room, by its allocation ratios; no host offers traits here, so a required one refuses all. */
export const capacityFilter: HostFilter = {
  name: 'CapacityFilter',
  runOnRebuild: false,
  hostPasses({ free, provider, refusals }, { resources, requiredTraits }) {
    const lacking = Object.entries(resources).find(([name, amount]) => (free[name] ?? 0) < amount);
    const odd = Object.entries(resources).find(([name, amount]) => {
      const inventory = provider.inventories[name];
      return inventory !== undefined && !fitsUnits(inventory, amount);
    });
    if (requiredTraits.length > 0) {
      return passIf(false, `trait ${requiredTraits.join(', ')} is not offered`);
    }
    if (odd !== undefined) {
      return passIf(false, `no server gets ${odd[1]} of ${odd[0]}`);
    }
    return passIf(lacking === undefined && refusals < MOST_REFUSALS, `not enough ${lacking?.[0] ?? 'room'}`);
  },
};
