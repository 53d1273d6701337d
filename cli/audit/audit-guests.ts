import type { AuditedInstance, AuditFacts } from './audit-facts.ts';
import { alive, type Finding, type Rule } from './finding.ts';

const RUNBOOK = 'docs/runbook.md#second-guests';

/** A host that was given up in the middle of its work, came back, and acts for the server still. */
export const givenUpHostActs: Rule = (facts) =>
  alive(facts).flatMap((instance) =>
    instance.givenUp.flatMap(({ host, at, acted, destroys }): Finding[] => {
      if (acted === undefined || instance.host === host) return [];
      const { uuid, cell } = instance;
      const finding = {
        rule: 'given-up-host-acts',
        subject: uuid,
        text: `${host} was given up for server ${uuid} at ${at}, and called ${acted.method} for it at ${acted.at}`,
      };
      if (!reportsWithout(facts, instance, host, acted.at))
        return [
          {
            ...finding,
            advice: ordered(host, destroys) ?? `yours to decide: its guest may run on ${host} as well; ${RUNBOOK}`,
          },
        ];
      const remedy = { kind: 'forget-given-up', cell, uuid, host, actedAt: acted.at } as const;
      return [
        { ...finding, advice: `${host} has reported since that it has no such guest: conductor heal notes it`, remedy },
      ];
    }),
  );

/** What is said of a host that was ordered to destroy its guest. */
const ordered = (host: string, destroys: string | null): string | undefined =>
  destroys === null
    ? undefined
    : `${host} was ordered to destroy its guest, in request ${destroys}: yours to decide only if it stays; ${RUNBOOK}`;

/** Whether a host has reported its guests since then, and the server was not among them. */
const reportsWithout = (
  { guests }: AuditFacts,
  { uuid, cell }: AuditedInstance,
  host: string,
  since: string,
): boolean =>
  guests.some(
    (report) =>
      report.host === host &&
      report.cell === cell &&
      Date.parse(report.reported_at) > Date.parse(since) &&
      !report.guests.includes(uuid),
  );

/** A guest that a host has reported although its server was recorded elsewhere, and is still. */
export const secondGuest: Rule = (facts) => {
  const instances = new Map(alive(facts).map((instance) => [`${instance.cell}/${instance.uuid}`, instance]));
  return facts.guests.flatMap(({ host, cell, reported_at: at, second }) =>
    second.flatMap(({ uuid }): Finding[] => {
      const instance = instances.get(`${cell}/${uuid}`);
      if (instance === undefined || instance.host === host) return [];
      const destroys = instance.givenUp.find((each) => each.host === host)?.destroys ?? null;
      return [
        {
          rule: 'second-guest',
          subject: uuid,
          text: `${host} reported at ${at} that it runs server ${uuid}, which is on ${instance.host ?? 'no host'}`,
          advice:
            ordered(host, destroys) ??
            `yours to decide: look on both, and destroy the one that nobody uses; ${RUNBOOK}`,
        },
      ];
    }),
  );
};
