import { passIf, type HostFilter } from './host-filter.ts';

/**
 * A host whose compute service is not disabled: asked even when the host is forced, as a disabled provider is in Nova.
 */
export const computeEnabledFilter: HostFilter = {
  name: 'ComputeEnabledFilter',
  runOnRebuild: false,
  hostPasses({ service }) {
    return passIf(service === 'unread' || service?.disabled === false, 'compute service is disabled');
  },
};
