import type { Candidates } from './candidates.ts';
import type { HostState } from './facts/host-state.ts';
import type { FilterRequest } from './filters/host-filter.ts';
import { hostPasses } from './filters/list.ts';
import type { SchedulerComponents } from './components.ts';
import { rank } from './ranking.ts';

/** Compute services that are read at once: what one server and its alternates need, and what a batch takes. */
const [LEAST_SERVICES, MOST_SERVICES] = [10, 100] as const;

/**
 * The best hosts of one request. Services are read of the best ranked alone, so a host that turns out to be down has
 * been weighed among the others.
 */
export class BestHosts {
  readonly #components: SchedulerComponents;
  readonly #candidates: Pick<Candidates, 'learnServices'>;
  readonly #atATime: number;
  readonly #ties = new Map<HostState, number>();

  /** @param servers how many servers the request places */
  constructor(components: SchedulerComponents, candidates: Pick<Candidates, 'learnServices'>, instances: number) {
    this.#components = components;
    this.#candidates = candidates;
    this.#atATime = Math.min(MOST_SERVICES, Math.max(LEAST_SERVICES, instances + components.settings.maxAttempts));
  }

  /** As many of the hosts that pass as are wanted, the best first; fewer when there are no more. */
  async among(hosts: readonly HostState[], spec: FilterRequest, wanted: number): Promise<HostState[]> {
    const { filters, preferences } = this.#components;
    const passes = (host: HostState): boolean => hostPasses(host, spec, filters).passes;
    const ranked = rank(hosts.filter(passes), spec, preferences, (host) => this.#tie(host));
    const best: HostState[] = [];
    for (const [at, host] of ranked.entries()) {
      if (best.length >= wanted) break;
      if (host.service === 'unread') await this.#candidates.learnServices(ranked.slice(at, at + this.#atATime));
      if (passes(host)) best.push(host);
    }
    return best;
  }

  /** The same for all of a request, so that alternates are those whose services were read with the best. */
  #tie(host: HostState): number {
    const tie = this.#ties.get(host) ?? this.#components.random();
    this.#ties.set(host, tie);
    return tie;
  }
}
