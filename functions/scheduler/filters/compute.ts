import { passIf, type HostFilter } from './host-filter.ts';

/** A host whose compute service is up and enabled. */
export const computeFilter: HostFilter = {
  name: 'ComputeFilter',
  runOnRebuild: false,
  hostPasses({ service, provider }) {
    if (service === 'unread') return passIf(true, '');
    if (service === undefined) {
      return passIf(false, `${provider.host} has no compute service`);
    }
    return passIf(service.up && !service.disabled, `compute service is ${service.disabled ? 'disabled' : 'down'}`);
  },
};
