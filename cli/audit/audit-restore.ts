import type { AuditedInstance } from './audit-facts.ts';
import type { AuditedEvacuation } from './audited-migrations.ts';
import { guestToDestroy, movedSince, softDeleted } from './audit-restored-guests.ts';
import { alive, type Finding, type Rule } from './finding.ts';

/**
 * An evacuation whose server is on its source: a compute that starts would destroy its guest there, which may be the
 * only one. Outside of a restore an evacuation that is not done yet is on its way.
 */
const undoneEvacuation =
  (statuses: readonly string[]): Rule =>
  (facts) => {
    const instances = new Map(alive(facts).map((instance) => [`${instance.cell}/${instance.uuid}`, instance]));
    return facts.evacuations.flatMap((evacuation): Finding[] => {
      const instance = instances.get(`${evacuation.cell}/${evacuation.instance}`);
      if (instance === undefined || instance.host === null || instance.host !== evacuation.source) return [];
      return statuses.includes(evacuation.status) ? [undone(evacuation, instance, instance.host)] : [];
    });
  };

const undone = ({ uuid, cell, status }: AuditedEvacuation, instance: AuditedInstance, source: string): Finding => {
  const onSource = instance.host === source;
  return {
    rule: 'undone-evacuation',
    subject: uuid,
    text: `evacuation ${uuid} of server ${instance.uuid} is ${status}, and ${onSource ? `the server is on ${source}` : `placement has the server on ${source}`}, which destroys its guest when it starts`,
    advice: `conductor heal makes it completed; do so before the compute service of ${source} starts`,
    remedy: { kind: 'complete-evacuation', cell, uuid: instance.uuid, migration: uuid, source, host: instance.host },
  };
};

/**
 * An evacuation whose server has been moved back to its source since, as placement knows, which is newer than the cell:
 * the guest there may be the only one.
 */
const movedBackToSource: Rule = (facts) => {
  const instances = new Map(alive(facts).map((instance) => [`${instance.cell}/${instance.uuid}`, instance]));
  const hostOf = new Map(facts.providers.map(({ provider }) => [provider.uuid, provider.host]));
  return facts.evacuations.flatMap((evacuation): Finding[] => {
    const { cell, source } = evacuation;
    const instance = instances.get(`${cell}/${evacuation.instance}`);
    if (instance === undefined || source === null || instance.host === source) return [];
    const held = Object.keys(facts.claims.get(instance.uuid) ?? {}).map((provider) => hostOf.get(provider));
    const isBack = held.includes(source) && !held.includes(instance.host ?? '');
    return isBack ? [undone(evacuation, instance, source)] : [];
  });
};

/** One that is done for good, and whose server is on its source all the same. */
export const overturnedEvacuation = undoneEvacuation(['done']);

/** A compute node that placement does not know, and one that placement knows and no cell does. */
const nodesAndProviders: Rule = ({ nodes, providers }) => {
  const known = new Map(providers.map(({ provider }) => [provider.uuid, provider.host]));
  const uuids = new Set(nodes.map(({ uuid }) => uuid));
  return [
    ...nodes
      .filter(({ uuid }) => !known.has(uuid))
      .map(({ uuid, host }) => ({
        rule: 'node-without-provider',
        subject: host,
        text: `compute node ${uuid} of ${host} is not known to placement: nothing is placed there`,
        advice: `let ${host} call again once intakes are open: its next report makes it`,
      })),
    ...[...known]
      .filter(([uuid]) => !uuids.has(uuid))
      .map(([uuid, host]) => ({
        rule: 'provider-without-node',
        subject: host,
        text: `placement knows ${uuid} of ${host}, which is a compute node of no cell`,
        advice: `yours to decide: conductor host disable ${host} until its compute service has registered`,
      })),
  ];
};

/** A server on a host that is mapped to no cell, or to another one. */
const instanceOnUnmappedHost: Rule = (facts) => {
  const cells = new Map(facts.hosts.map(({ host, cell }) => [host, cell]));
  return alive(facts).flatMap(({ uuid, cell, host }): Finding[] => {
    if (host === null || cells.get(host) === cell) return [];
    const mapped = cells.get(host);
    return [
      {
        rule: 'server-on-unmapped-host',
        subject: uuid,
        text: `server ${uuid} of ${cell} is on ${host}, which is mapped to ${mapped ?? 'no cell'}`,
        advice: `yours to decide: conductor host add ${host} --cell ${cell} --role NAME, if it belongs there`,
      },
    ];
  });
};

/** A build request of a server that was built: its user would see it twice, and could have it built again. */
const buildRequestOfInstance: Rule = (facts) => {
  const built = new Map(
    alive(facts)
      .filter(({ vmState }) => vmState !== 'building')
      .map((instance) => [instance.uuid, instance]),
  );
  return facts.buildRequests.flatMap(({ uuid }): Finding[] => {
    const instance = built.get(uuid);
    if (instance === undefined) return [];
    return [
      {
        rule: 'build-request-of-a-server',
        subject: uuid,
        text: `server ${uuid} is ${instance.vmState} in ${instance.cell}, and a build request of it is there as well`,
        advice: 'yours to decide: restore build requests to a later time, or delete the request with the API',
      },
    ];
  });
};

/** What can be so after a restore alone, where tables may be of different times. */
export const AFTER_RESTORE: readonly Rule[] = [
  undoneEvacuation(['accepted', 'pre-migrating']),
  movedBackToSource,
  guestToDestroy,
  movedSince,
  softDeleted,
  nodesAndProviders,
  instanceOnUnmappedHost,
  buildRequestOfInstance,
];

/** Queues from which hosts and publishers are heard. @param intakes each with its state, as Lambda says it */
export const openIntakes = (intakes: readonly { readonly queue: string; readonly state: string }[]): string[] =>
  intakes
    .filter(
      ({ queue, state }) => /^compute-task$|conductor$/u.test(queue) && state !== 'Disabled' && state !== 'no function',
    )
    .map(({ queue }) => queue);
