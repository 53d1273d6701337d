import type { FilterRequest } from '#scheduler/filters/host-filter';
import type { HostState } from '#scheduler/facts/host-state';
import { requestFacts } from '#scheduler/facts/request-facts';
import type { JsonMap } from '#ports/json';
import { provider } from '../fixtures/provider.ts';
import { requestSpec } from '../fixtures/request-spec.ts';

/** A host that passes every filter. */
export const host = (changes: Partial<HostState> = {}): HostState => ({
  provider: provider(1),
  service: { up: true, disabled: false },
  aggregates: [],
  availabilityZone: 'nova',
  cellDisabled: false,
  free: { VCPU: 16, MEMORY_MB: 16_384, DISK_GB: 100 },
  ioWorkload: 0,
  groupMembers: 0,
  refusals: 0,
  traits: [],
  offers: undefined,
  below: [],
  ...changes,
});

/** What filters see of a RequestSpec with these fields. */
export const filterRequest = (changes: JsonMap = {}, groupHosts: readonly string[] = []): FilterRequest => ({
  ...requestFacts(requestSpec(changes)),
  groupHosts: new Set(groupHosts),
});
