import { fitHost } from '../facts/host-state.ts';
import { passIf, type HostFilter } from './host-filter.ts';

/** A host that refused this often during one request has something wrong that its numbers do not show. */
const MOST_REFUSALS = 3;

/** A host whose providers have the room, the units and the traits that the request's groups ask for. */
export const capacityFilter: HostFilter = {
  name: 'CapacityFilter',
  runOnRebuild: false,
  hostPasses(host, { requests }) {
    const fit = fitHost(host, requests);
    if (!fit.fits) return passIf(false, fit.reason);
    return passIf(host.refusals < MOST_REFUSALS, 'not enough room');
  },
};
