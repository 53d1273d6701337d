import type { AuditFacts } from '#cli/audit/audit-facts';

/** What `audit` reads of a deployment that has nothing. */
export const NO_FACTS: AuditFacts = {
  now: 0,
  cells: [],
  instances: [],
  mappings: [],
  hosts: [],
  services: [],
  principals: [],
  buildRequests: [],
  requested: [],
  reserved: [],
  troubles: [],
  claims: new Map(),
  providers: [],
  isClaimedInCloud: false,
  migrations: [],
  usage: [],
  guests: [],
  evacuations: [],
  nodes: [],
};
