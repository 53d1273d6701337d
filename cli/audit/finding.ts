import type { Resources } from '#ports/placement';
import type { Operation } from '#records/operation';
import type { AuditedServer, AuditFacts } from './audit-facts.ts';

/** What `conductor heal` may do about a finding, each safe to do twice. */
export type Remedy =
  | { readonly kind: 'release-claim'; readonly consumer: string }
  | { readonly kind: 'release-elsewhere'; readonly cell: string; readonly uuid: string; readonly host: string }
  | { readonly kind: 'end-migration'; readonly cell: string; readonly uuid: string; readonly migration: string }
  | { readonly kind: 'map-server'; readonly uuid: string; readonly cell: string; readonly project: string | null }
  | {
      readonly kind: 'forget-token';
      readonly cell: string;
      readonly uuid: string;
      readonly operation: Operation;
      readonly token: string;
    }
  | { readonly kind: 'recount-quota'; readonly project: string }
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

/** Looks for one kind of misfit. */
export type Rule = (facts: AuditFacts) => Finding[];

/** A build request this young may just be on its way. */
export const GRACE_MS = 10 * 60_000;

/** The servers that are not deleted. */
export const alive = ({ servers }: AuditFacts): AuditedServer[] => servers.filter(({ deleted }) => !deleted);
