import {
  DestinationHypervisorTooOld,
  Invalid,
  InvalidHypervisorType,
  MigrationPreCheckError,
  type NovaError,
} from '#errors';
import type { Verdict } from '#ports/service-group';
import { REFUSALS } from './expected-errors.ts';
import { orderVerdict, type HostAtWork } from './host-at-work.ts';

/**
 * Errors after which the server keeps its state (nova.conductor.manager `_live_migrate`); a silent host is one of them
 * (quirk Q9), and so are computes that are too old to be asked (quirk Q11), and refusals of our own: none has touched
 * the server.
 */
const KNOWN: ReadonlySet<string> = new Set([
  ...REFUSALS,
  'MessagingTimeout',
  'RequestDocumentNotFound',
  'RequestTooLarge',
  'UnsupportedVersion',
]);

/**
 * Whether a live migration that failed like this leaves the server as it was; after any other the server is in error.
 */
export const isKnownFailure = (name: string): boolean => KNOWN.has(name);

/** The task states in which a live migration owns its server; null is what an operator may have set meanwhile. */
export const LIVE_MIGRATE_TASKS: readonly (string | null)[] = ['migrating', null];

/** Running or paused: what can be moved live. */
export const isMovable = (powerState: number | null): boolean => powerState === 1 || powerState === 3;

/** Memory of a compute node in MB, and how often it may be given out. */
export interface NodeMemory {
  readonly total: number;
  readonly free: number;
  readonly ratio: number;
}

/** Free memory of a destination, counted with its ratio, in MB. */
export const availableMemory = ({ total, free, ratio }: NodeMemory): number => total * ratio - (total - free);

/** Free memory as Nova's messages show it: Python writes a number with a fraction, if only `.0`. */
export const shownMemory = (memory: number): string => (Number.isInteger(memory) ? `${memory}.0` : String(memory));

/** What a host's hypervisor is. */
export interface Hypervisor {
  readonly type: string;
  readonly version: number;
}

/**
 * Why a server of one hypervisor cannot go on with another; undefined when it can.
 *
 * @param skipVersion whether versions are not compared (workarounds.skip_hypervisor_version_check_on_lm)
 */
export function hypervisorRefusal(
  source: Hypervisor,
  destination: Hypervisor,
  skipVersion: boolean,
): NovaError | undefined {
  if (source.type !== destination.type) return new InvalidHypervisorType();
  if (skipVersion) return undefined;
  return source.version > destination.version ? new DestinationHypervisorTooOld() : undefined;
}

/** Whether another destination may be tried after this error. */
export const isSoftReject = (error: unknown): boolean =>
  error instanceof Invalid || error instanceof MigrationPreCheckError;

/** Whether one more destination may be tried; -1 is any number. */
export const mayRetry = (rejected: number, limit: number): boolean => limit < 0 || rejected <= limit;

/** What is known when nothing was heard of a live migration for a while; `host` is its source, which has the order. */
export interface AwaitedLiveMigration extends HostAtWork {
  readonly settled: string | undefined;
  /** The server has arrived: no more than the end of the migration is missing. */
  readonly arrived: boolean;
  readonly destination: Verdict;
}

export type AwaitLiveMigrationDecision =
  | { readonly kind: 'settled'; readonly outcome: string }
  /** The server has arrived; only its source, which is gone, has not said so. */
  | { readonly kind: 'complete'; readonly reason: string }
  /** The server is where it was. */
  | { readonly kind: 'give-up'; readonly reason: string }
  | { readonly kind: 'wait'; readonly reason: string };

/** Whether to go on waiting: it takes both hosts to move a server. What is unknown of either ends nothing. */
export function awaitLiveMigration(facts: AwaitedLiveMigration): AwaitLiveMigrationDecision {
  if (facts.settled !== undefined) return { kind: 'settled', outcome: facts.settled };
  const { kind, reason } = orderVerdict(facts);
  const gone =
    facts.destination.liveness === 'down' ? `the destination host is down: ${facts.destination.reason}` : undefined;
  if (kind === 'keeps' && (gone === undefined || facts.host.liveness === 'unknown')) return { kind: 'wait', reason };
  return { kind: facts.arrived ? 'complete' : 'give-up', reason: kind === 'lost' ? reason : (gone ?? reason) };
}
