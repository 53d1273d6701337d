import { passIf, type HostFilter } from './host-filter.ts';

/** The host that the members of an affinity group are on, any host for the first of them. */
export const serverGroupAffinityFilter: HostFilter = {
  name: 'ServerGroupAffinityFilter',
  runOnRebuild: false,
  hostPasses({ provider }, { group, groupHosts }) {
    if (group?.policy !== 'affinity' || groupHosts.size === 0) {
      return passIf(true, '');
    }
    return passIf(groupHosts.has(provider.host), 'the group is on another host');
  },
};
