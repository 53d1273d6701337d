import { passIf, type HostFilter } from './host-filter.ts';

/** A host in one aggregate of each requested list, and in none of the forbidden ones. */
export const requestedAggregatesFilter: HostFilter = {
  name: 'RequestedAggregatesFilter',
  runOnRebuild: false,
  hostPasses({ aggregates }, { destination }) {
    const inEach = destination.aggregates.every((uuids) => uuids.some((uuid) => aggregates.includes(uuid)));
    const forbidden = destination.forbiddenAggregates.find((uuid) => aggregates.includes(uuid));
    return passIf(inEach && forbidden === undefined, forbidden ? `in aggregate ${forbidden}` : 'not in the aggregates');
  },
};
