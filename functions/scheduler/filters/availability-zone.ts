import { passIf, type HostFilter } from './host-filter.ts';

/** A host of the requested availability zone. */
export const availabilityZoneFilter: HostFilter = {
  name: 'AvailabilityZoneFilter',
  runOnRebuild: false,
  hostPasses({ availabilityZone }, spec) {
    const wanted = spec.availabilityZone;
    return passIf(wanted === undefined || wanted === availabilityZone, `zone is ${availabilityZone}, not ${wanted}`);
  },
};
