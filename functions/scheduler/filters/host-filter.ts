import type { RequestFacts } from '../facts/request-facts.ts';
import type { HostState } from '../facts/host-state.ts';

/** Whether a host passes, and if not, why. */
export type Verdict = { readonly passes: true } | { readonly passes: false; readonly reason: string };

/** What filters look at beside the host: the request, and where its group's members are by now. */
export interface FilterRequest extends RequestFacts {
  /** Hosts of the group's members, those placed by this request included. */
  readonly groupHosts: ReadonlySet<string>;
}

/** One rule about a host. */
export interface HostFilter {
  /** Nova's name, as in `enabled_filters`. */
  readonly name: string;
  /** Whether the rule is asked when a server stays on its host and only its image changes. */
  readonly runOnRebuild: boolean;
  hostPasses(host: HostState, spec: FilterRequest): Verdict;
}

const PASSES: Verdict = { passes: true };

/** A verdict: passing when the condition holds, else refused with the reason. */
export function passIf(condition: boolean, reason: string): Verdict {
  return condition ? PASSES : { passes: false, reason };
}
