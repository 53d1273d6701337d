import type { ClaimsOutcome } from '#placement/claims';
import type { Fitting } from '#placement/fit';
import { guardItem } from '#records/items/group';
import { readProvider } from '#placement/provider-item';
import type { Candidates } from './candidates.ts';
import { learnFree, type HostState } from './facts/host-state.ts';
import type { FilterRequest, HostFilter } from './filters/host-filter.ts';
import { hostPasses } from './filters/list.ts';
import type { GroupMembers } from './group-members.ts';
import type { RefusalCounts } from './components.ts';

/** An instance and the host that is meant for it. */
export interface Choice {
  readonly instance: string;
  readonly host: HostState;
  /** What it is to claim there. */
  readonly fitting: Fitting;
}

/** What refused claims show about hosts: what is left there, and where members of the request's server group are. */
export function learnRefusals(
  choices: readonly Choice[],
  { providers, guards }: Extract<ClaimsOutcome, { kind: 'refused' }>,
  members: GroupMembers,
  candidates: Pick<Candidates, 'turnTo'>,
): void {
  for (const host of new Set(choices.map((choice) => choice.host))) {
    const guard = members.guard(host.provider.host);
    const tree = new Set([host.provider.uuid, ...host.below.map(({ uuid }) => uuid)]);
    const refused = [...providers].filter(([uuid]) => tree.has(uuid));
    if (refused.length > 0) {
      learnFree(host, new Map(refused.map(([uuid, item]) => [uuid, item ? readProvider(item).free : {}])));
      host.refusals += 1;
    }
    if (guard === undefined || !guards.has(guard.key)) continue;
    const item = guards.get(guard.key);
    if (guard.rule.kind === 'same-host') {
      const first = (item && guardItem(item).host) ?? host.provider.host;
      members.learn(first);
      candidates.turnTo([first]);
    } else {
      host.groupMembers = Math.max(host.groupMembers, item === undefined ? 0 : guardItem(item).count);
      host.refusals += 1;
    }
  }
}

/** How often each reason keeps a host out. */
export function refusalCounts(
  hosts: readonly HostState[],
  spec: FilterRequest,
  filters: readonly HostFilter[],
): RefusalCounts {
  const counts: Record<string, number> = {};
  for (const host of hosts) {
    const verdict = hostPasses(host, spec, filters);
    const reason = verdict.passes ? 'passes' : verdict.reason;
    counts[reason] = (counts[reason] ?? 0) + 1;
  }
  return counts;
}
