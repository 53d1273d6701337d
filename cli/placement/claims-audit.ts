import type { AuditFacts } from '#cli/audit/audit-facts';
import { audit } from '#cli/audit/audit-rules';
import type { Finding } from '#cli/audit/finding';

/** The rules of an audit that are about claims. */
const OF_CLAIMS: ReadonlySet<string> = new Set([
  'orphaned-claim',
  'claim-on-another-host',
  'server-without-claim',
  'orphaned-migration',
  'inventory-mismatch',
]);

/** What does not fit together among servers, migrations and claims. */
export const claimFindings = (facts: AuditFacts): Finding[] => audit(facts).filter(({ rule }) => OF_CLAIMS.has(rule));
