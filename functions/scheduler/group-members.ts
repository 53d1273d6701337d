import { affinityGuardKey, hostGuardKey, type GroupGuard } from '#placement/group-guard';
import type { RequestFacts } from './facts/request-facts.ts';
import type { SchedulerSettings } from './settings.ts';

/** Where the members of a request's server group are, while its servers are being placed. */
export class GroupMembers {
  readonly #facts: RequestFacts;
  readonly #enabled: readonly string[];
  /** Known for sure: found by the conductor, reported by a guard, or claimed here. */
  #sure: ReadonlySet<string>;
  readonly #planned = new Set<string>();

  constructor(facts: RequestFacts, settings: SchedulerSettings) {
    this.#facts = facts;
    this.#enabled = settings.enabledFilters;
    this.#sure = new Set(facts.group?.hosts);
  }

  /** Hosts of all members, those included that are only planned yet. */
  get hosts(): ReadonlySet<string> {
    return new Set([...this.#sure, ...this.#planned]);
  }

  plan(host: string): void {
    this.#planned.add(host);
  }

  /** What was planned has been claimed, or else is given up. */
  settle(claimed: boolean): void {
    if (claimed) {
      this.#sure = this.hosts;
    }
    this.#planned.clear();
  }

  /** The first member took this host while we looked elsewhere. */
  learn(host: string): void {
    this.#sure = new Set([host]);
  }

  /** The guard that a claim on this host must pass; none where the group has no say. */
  guard(host: string): GroupGuard | undefined {
    const { group, forcedHosts, forcedNodes } = this.#facts;
    if (group === undefined) {
      return undefined;
    }
    const free = forcedHosts.length === 0 && forcedNodes.length === 0;
    if (group.policy === 'affinity') {
      // Where members are recorded on hosts the filter decides; the guard only keeps the first ones together.
      const first = group.hosts.length === 0 && free && this.#enabled.includes('ServerGroupAffinityFilter');
      return first ? { key: affinityGuardKey(group.uuid), rule: { kind: 'same-host', host } } : undefined;
    }
    const strict = group.policy === 'anti-affinity' && free && this.#enabled.includes('ServerGroupAntiAffinityFilter');
    return {
      key: hostGuardKey(group.uuid, host),
      rule: strict ? { kind: 'at-most', limit: group.maxServerPerHost } : { kind: 'counted' },
    };
  }
}
