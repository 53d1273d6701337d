import type { AuditFacts } from './audit-facts.ts';
import { givenUpHostActs, secondGuest } from './audit-guests.ts';
import { hostUnmapped, orderWaits } from './audit-hosts.ts';
import { AFTER_RESTORE, overturnedEvacuation } from './audit-restore.ts';
import { claimOnAnotherHost, failedEvacuation, migrationOfNobody, unfinishedOperation } from './audit-moves.ts';
import { orphanedCopy, unfinishedResize } from './audit-resizes.ts';
import { serviceUnusable } from './audit-services.ts';
import { alive, GRACE_MS, type AuditOptions, type Finding, type Rule } from './finding.ts';
import { amountsText } from '#cli/output/amounts';
import { comeTo, consumerName, NOTHING, same } from '#cli/inventory/quota-usage';

/** A consumer that is no server, no build request and no running migration. */
const claimOfNobody: Rule = (facts) => {
  const known = new Set([...alive(facts), ...facts.buildRequests, ...facts.migrations].map(({ uuid }) => uuid));
  return [...facts.claims]
    .filter(([consumer]) => !known.has(consumer))
    .map(([consumer, allocations]) => ({
      rule: 'orphaned-claim',
      subject: consumer,
      text: `${Object.values(allocations).map(amountsText).join('; ')} is held by ${consumer}, which is no server`,
      advice: 'conductor heal releases it',
      remedy: { kind: 'release-claim', consumer },
    }));
};

/** States in which a server holds room on its host; in others it may not have come to it. */
const CLAIMING: ReadonlySet<string> = new Set([
  'active',
  'stopped',
  'paused',
  'suspended',
  'rescued',
  'resized',
  'shelved',
  'soft-delete',
]);

/** A server that runs on a host without holding anything there. */
const instanceWithoutClaim: Rule = (facts) => {
  const hostOf = new Map(facts.providers.map(({ provider }) => [provider.uuid, provider.host]));
  return alive(facts).flatMap(({ uuid, host, vmState, taskState }) => {
    if (host === null || taskState !== null || !CLAIMING.has(vmState)) return [];
    const held = Object.keys(facts.claims.get(uuid) ?? {});
    if (held.some((provider) => hostOf.get(provider) === host)) return [];
    return [
      {
        rule: 'server-without-claim',
        subject: uuid,
        text: `server ${uuid} is ${vmState} on ${host} and holds nothing there`,
        advice: 'the host is fuller than placement knows: move the server, or disable the host',
      },
    ];
  });
};

/** A server whose mapping is missing or names another cell. */
const instanceUnmapped: Rule = (facts) => {
  const mapped = new Map(facts.mappings.map(({ uuid, cell }) => [uuid, cell]));
  const places = Map.groupBy(alive(facts), ({ uuid }) => uuid);
  return [...places].flatMap(([uuid, rows]): Finding[] => {
    const [row] = rows;
    if (row === undefined) return [];
    if (rows.length > 1)
      return [
        {
          rule: 'server-in-two-cells',
          subject: uuid,
          text: `server ${uuid} is recorded in ${rows.map(({ cell }) => cell).join(' and ')}`,
          advice: 'compare both with conductor server show, and delete the older record by its object method',
        },
      ];
    if (mapped.get(uuid) === row.cell) return [];
    const { cell, project } = row;
    const text = `server ${uuid} is in ${cell}, its mapping says ${mapped.get(uuid) ?? 'nothing'}`;
    const remedy = { kind: 'map-server', uuid, cell, project } as const;
    return [{ rule: 'server-unmapped', subject: uuid, text, advice: 'conductor heal maps it', remedy }];
  });
};

/** A mapping to a cell that knows no such server, not even a deleted one. */
const mappingOfNobody: Rule = (facts) => {
  const known = new Set(facts.instances.map(({ uuid, cell }) => `${cell}/${uuid}`));
  return facts.mappings
    .filter(({ uuid, cell }) => cell !== null && !known.has(`${cell}/${uuid}`))
    .filter(({ uuid }) => !facts.instances.some((instance) => instance.uuid === uuid))
    .map(({ uuid, cell }) => ({
      rule: 'orphaned-mapping',
      subject: uuid,
      text: `the mapping of ${uuid} names ${cell}, which has no such server`,
      advice: `a restored cell table may be older than the mappings: restore ${cell} to a later time, or delete the mapping`,
    }));
};

/** A build request that nobody is at work on. */
const buildRequestWithoutExecution: Rule = (facts) => {
  const requested = Map.groupBy(facts.requested, ({ uuid }) => uuid);
  return facts.buildRequests.flatMap(({ uuid, createdAt }) => {
    const requests = requested.get(uuid) ?? [];
    if (requests.some(({ status }) => status === 'RUNNING')) return [];
    if (createdAt !== null && facts.now - Date.parse(createdAt) < GRACE_MS) return [];
    const last = requests.at(-1);
    return [
      {
        rule: 'build-request-without-execution',
        subject: uuid,
        text: `server ${uuid} waits to be scheduled, and ${last === undefined ? 'no request names it' : `${last.execution} is ${last.status}`}`,
        advice:
          last === undefined || last.status === 'gone' || last.status === 'SUCCEEDED'
            ? 'have the user delete the server and ask again'
            : `conductor execution redrive ${last.execution}`,
      },
    ];
  });
};

/** A server in transition that no running execution owns. */
const transitionOfNobody: Rule = (facts) =>
  alive(facts).flatMap(({ uuid, vmState, taskState, owners, updatedAt }) => {
    if (vmState !== 'building' && taskState === null) return [];
    if (owners.some(({ status }) => status === 'RUNNING')) return [];
    if (updatedAt !== null && facts.now - Date.parse(updatedAt) < GRACE_MS) return [];
    const failed = owners.find(({ status }) => status !== 'gone' && status !== 'SUCCEEDED');
    return [
      {
        rule: 'stuck-instance',
        subject: uuid,
        text: `server ${uuid} is ${vmState}${taskState === null ? '' : `, ${taskState}`}, and no execution is at work on it`,
        advice: failed
          ? `conductor execution redrive ${failed.operation}/${failed.owner}`
          : 'reset its state with the API',
      },
    ];
  });

/** Usage that is not what servers and pending requests come to. */
const quotaOff: Rule = (facts) => {
  const pending = new Set(facts.mappings.filter(({ cell }) => cell === null).map(({ uuid }) => uuid));
  const right = comeTo(
    facts.instances.flatMap(({ quota }) => quota ?? []),
    facts.reserved,
    pending,
  );
  const usage = new Map(facts.usage.map((each) => [consumerName(each), each]));
  return [...new Map([...usage, ...right])].flatMap(([name, { project, user }]) => {
    const [before, after] = [usage.get(name)?.amounts ?? NOTHING, right.get(name)?.amounts ?? NOTHING];
    if (same(before, after)) return [];
    return [
      {
        rule: 'quota-mismatch',
        subject: name,
        text: `project ${name} is counted ${amountsText(before)} and uses ${amountsText(after)}`,
        advice: `conductor quota recount ${project}`,
        remedy: { kind: 'recount-quota', project, user, before, after },
      },
    ];
  });
};

/** A host whose mapping names principals that may not speak for it. */
const principalNotRegistered: Rule = ({ hosts, principals }) => {
  const speakers = new Map(principals.map((each) => [each.principal, each]));
  return hosts.flatMap(({ host, cell, principals: named }): Finding[] => {
    if (named.length === 0)
      return [
        {
          rule: 'host-without-principal',
          subject: host,
          text: `nobody may speak for host ${host}`,
          advice: `conductor host add ${host} --cell ${cell} --role NAME`,
        },
      ];
    return named
      .filter((principal) => !(speakers.get(principal)?.hosts.includes(host) ?? false))
      .map((principal) => ({
        rule: 'principal-not-registered',
        subject: host,
        text: `${principal} is named by the mapping of ${host} and may not speak for it`,
        advice: 'conductor heal registers it',
        remedy: { kind: 'let-speak', principal, host },
      }));
  });
};

/** A provider on which more or less is free than its claims leave; a Placement of a cloud's keeps its own count. */
const freeOff: Rule = (facts) => {
  if (facts.isClaimedInCloud) return [];
  const used = new Map<string, Record<string, number>>();
  for (const allocations of facts.claims.values())
    for (const [provider, resources] of Object.entries(allocations)) {
      const sums = used.get(provider) ?? {};
      for (const [name, amount] of Object.entries(resources)) sums[name] = (sums[name] ?? 0) + amount;
      used.set(provider, sums);
    }
  return facts.providers.flatMap(({ provider, capacity, free }) => {
    const change: Record<string, number> = {};
    for (const [name, amount] of Object.entries(capacity)) {
      const off = amount - (used.get(provider.uuid)?.[name] ?? 0) - (free[name] ?? 0);
      if (off !== 0) change[name] = off;
    }
    if (Object.keys(change).length === 0) return [];
    return [
      {
        rule: 'inventory-mismatch',
        subject: provider.host,
        text: `host ${provider.host} has ${amountsText(change)} more free than it is known to have`,
        advice: 'conductor heal corrects it',
        remedy: { kind: 'correct-free', provider: provider.uuid, free, change },
      },
    ];
  });
};

const RULES: readonly Rule[] = [
  claimOfNobody,
  instanceWithoutClaim,
  claimOnAnotherHost,
  migrationOfNobody,
  failedEvacuation,
  unfinishedOperation,
  unfinishedResize,
  orphanedCopy,
  instanceUnmapped,
  mappingOfNobody,
  buildRequestWithoutExecution,
  transitionOfNobody,
  quotaOff,
  hostUnmapped,
  orderWaits,
  serviceUnusable,
  principalNotRegistered,
  freeOff,
  givenUpHostActs,
  secondGuest,
  overturnedEvacuation,
];

/** Everything that does not fit together, rule by rule; after a restore also what can be so then alone. */
export const audit = (facts: AuditFacts, { afterRestore = false }: AuditOptions = {}): Finding[] =>
  [...RULES, ...(afterRestore ? AFTER_RESTORE : [])].flatMap((rule) => rule(facts));
