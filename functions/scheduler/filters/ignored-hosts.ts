import { passIf, type HostFilter } from './host-filter.ts';

/** A host that the request does not ask to pass over. */
export const ignoredHostsFilter: HostFilter = {
  name: 'IgnoredHostsFilter',
  runOnRebuild: true,
  hostPasses({ provider }, { ignoredHosts }) {
    return passIf(!ignoredHosts.includes(provider.host), 'the host is to be ignored');
  },
};
