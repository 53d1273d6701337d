import { passIf, type HostFilter } from './host-filter.ts';

/** One of the hosts and nodes that the request forces. */
export const forcedHostsFilter: HostFilter = {
  name: 'ForcedHostsFilter',
  runOnRebuild: true,
  hostPasses({ provider }, { forcedHosts, forcedNodes }) {
    const host = forcedHosts.length === 0 || forcedHosts.includes(provider.host);
    const node = forcedNodes.length === 0 || forcedNodes.includes(provider.node);
    return passIf(host && node, 'another host is forced');
  },
};
