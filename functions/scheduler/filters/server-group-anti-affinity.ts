import { passIf, type HostFilter } from './host-filter.ts';

/** A host with fewer members of an anti-affinity group than it may have (`max_server_per_host`, default 1). */
export const serverGroupAntiAffinityFilter: HostFilter = {
  name: 'ServerGroupAntiAffinityFilter',
  runOnRebuild: false,
  hostPasses({ groupMembers }, { group }) {
    if (group?.policy !== 'anti-affinity') {
      return passIf(true, '');
    }
    return passIf(groupMembers < group.maxServerPerHost, `${groupMembers} members of the group are there`);
  },
};
