import { passIf, type HostFilter } from './host-filter.ts';

/** The host, node and cell that the request names. */
export const requestedDestinationFilter: HostFilter = {
  name: 'RequestedDestinationFilter',
  runOnRebuild: true,
  hostPasses({ provider }, { destination }) {
    const { host, node, cellUuid, leavesCell } = destination;
    const named = (host === undefined || host === provider.host) && (node === undefined || node === provider.node);
    const inCell = leavesCell || cellUuid === undefined || cellUuid === provider.cellUuid;
    return passIf(named && inCell, 'not the requested destination');
  },
};
