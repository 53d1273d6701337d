import type { Amounts } from '#conductor/quota';
import type { Consumer } from '#records/quota-usage';
import type { Resources } from '#ports/placement';
import type { ResizeAnswer } from '#cli/servers/end-resize';
import type { AuditedInstance, AuditFacts } from './audit-facts.ts';

/** What `conductor heal` may do about a finding, each safe to do twice. */
export type Remedy =
  | { readonly kind: 'release-claim'; readonly consumer: string }
  | { readonly kind: 'release-elsewhere'; readonly cell: string; readonly uuid: string; readonly host: string }
  | { readonly kind: 'end-migration'; readonly cell: string; readonly uuid: string; readonly migration: string }
  | {
      readonly kind: 'end-resize';
      readonly cell: string;
      readonly uuid: string;
      readonly migration: string;
      readonly answer: ResizeAnswer;
    }
  | { readonly kind: 'release-copy'; readonly cell: string; readonly uuid: string }
  | { readonly kind: 'map-server'; readonly uuid: string; readonly cell: string; readonly project: string | null }
  | ({ readonly kind: 'recount-quota'; readonly before: Amounts; readonly after: Amounts } & Consumer)
  | {
      readonly kind: 'complete-evacuation';
      readonly cell: string;
      readonly uuid: string;
      readonly migration: string;
      readonly source: string;
      /** Where the server was found. */
      readonly host: string | null;
    }
  | {
      readonly kind: 'forget-given-up';
      readonly cell: string;
      readonly uuid: string;
      readonly host: string;
      /** What it had last asked for, as ISO time. */
      readonly actedAt: string;
    }
  | { readonly kind: 'keep-guest'; readonly cell: string; readonly uuid: string; readonly host: string }
  | { readonly kind: 'let-speak'; readonly principal: string; readonly host: string }
  | { readonly kind: 'correct-free'; readonly provider: string; readonly free: Resources; readonly change: Resources };

/** Something that does not fit together. */
export interface Finding {
  readonly rule: string;
  /** uuid or name of what it is about. */
  readonly subject: string;
  readonly text: string;
  /** What a person does when there is no remedy. */
  readonly advice: string;
  readonly remedy?: Remedy;
}

/** Rules under other names in 0.1.0. Programs that read them find the former name beside the new one until 0.3.0. */
const FORMER_NAMES: ReadonlyMap<string, string> = new Map([
  ['orphaned-claim', 'claim-of-nobody'],
  ['orphaned-mapping', 'mapping-of-nobody'],
  ['orphaned-migration', 'migration-of-nobody'],
  ['stuck-instance', 'transition-of-nobody'],
  ['principal-not-registered', 'host-without-voice'],
  ['inventory-mismatch', 'free-off'],
  ['quota-mismatch', 'quota-off'],
]);

/** A finding as `--json` prints it: with the former name of its rule as `alias`, where it has one. */
export function forPrograms<F extends Pick<Finding, 'rule'>>(finding: F): F & { readonly alias?: string } {
  const alias = FORMER_NAMES.get(finding.rule);
  return alias === undefined ? finding : { ...finding, alias };
}

/** How an audit is asked for. */
export interface AuditOptions {
  /** Tables were restored, and nobody is heard yet. @default false */
  readonly afterRestore?: boolean;
}

/** Looks for one kind of mismatch. */
export type Rule = (facts: AuditFacts) => Finding[];

/** A build request this young may just be on its way. */
export const GRACE_MS = 10 * 60_000;

/** The servers that are not deleted; of one that is in two cells the copy that is shown. */
export const alive = ({ instances }: AuditFacts): AuditedInstance[] =>
  instances.filter(({ deleted, hidden }) => !deleted && !hidden);
