import type { ExternalResources } from './hand-over.ts';

/** A host that was given up and has been heard since, with a guest of a server that is elsewhere by now. */
export interface SecondGuestFacts {
  /** Where the record has the server: `here` is that host, at work on it or not; `gone` is deleted. */
  readonly server: 'gone' | 'here' | 'elsewhere';
  /** It stands on the server that the host was given up. */
  readonly givenUp: boolean;
  /** Tables were restored since: the guest may be the only one. */
  readonly kept: boolean;
  readonly external: ExternalResources;
  /** When the host last showed that it has the guest, in epoch milliseconds. */
  readonly shownAt: number;
  /** When it was last ordered to destroy it; undefined for never. */
  readonly orderedAt: number | undefined;
}

/** `forget`: there is nothing to do for anybody; `leave`: a person decides. */
export interface SecondGuestDecision {
  readonly kind: 'destroy' | 'forget' | 'leave' | 'wait';
  readonly reason: string;
}

/**
 * What is done about a second guest. It is destroyed where the host was given up for the server, and the server has
 * neither ports nor volumes: then nothing that the other guest uses goes with it. A host is ordered once each time it
 * shows the guest; one that dies again finds the order when it is back, and asks before it obeys.
 */
export function secondGuest(facts: SecondGuestFacts): SecondGuestDecision {
  const { server: instance, givenUp, kept, external, shownAt, orderedAt } = facts;
  if (instance === 'gone')
    return { kind: 'forget', reason: 'its server is deleted: a compute does away with it by itself' };
  if (instance === 'here') return { kind: 'forget', reason: 'the host has its server again' };
  if (!givenUp) return { kind: 'forget', reason: 'the host is not given up any more' };
  if (kept) return { kind: 'leave', reason: 'tables were restored since the host was given up' };
  if (external !== 'nothing') return { kind: 'leave', reason: 'its server has ports or volumes' };
  if (orderedAt !== undefined && orderedAt >= shownAt) return { kind: 'wait', reason: 'its end was ordered' };
  return { kind: 'destroy', reason: 'the host was given up, and its server is elsewhere' };
}
