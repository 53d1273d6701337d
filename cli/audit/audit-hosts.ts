import { alive, type Finding, type Rule } from './finding.ts';

/** A compute service that was heard within this time lives. */
const HEARD_MS = 10 * 60_000;

/** A compute service that is heard and that no mapping leads to: no server is placed there. */
export const hostUnmapped: Rule = ({ hosts, now, services }) => {
  const mapped = new Set(hosts.map(({ host, cell }) => `${cell}/${host}`));
  return services.flatMap(({ host, cell, heardAt }): Finding[] =>
    now - heardAt > HEARD_MS || mapped.has(`${cell}/${host}`)
      ? []
      : [
          {
            rule: 'host-unmapped',
            subject: host,
            text: `host ${host} is heard in ${cell}, and no mapping leads to it: nothing is placed there`,
            advice: `conductor host discover, or conductor host add ${host} --cell ${cell} --role NAME`,
          },
        ],
  );
};

/**
 * An order whose host took it and is not heard: nobody else gets it before a person, or a fencing agent, has spoken.
 */
export const orderWaits: Rule = (facts) =>
  alive(facts).flatMap(({ uuid, cell, owners, held }): Finding[] => {
    if (held === undefined) return [];
    const { execution, host, since, reason } = held;
    const waits = owners.some(({ owner, status }) => owner === execution && status === 'RUNNING');
    const heard = facts.services.find((service) => service.host === host && service.cell === cell)?.heardAt ?? 0;
    if (!waits || heard > Date.parse(since)) return [];
    const minutes = Math.floor((facts.now - Date.parse(since)) / 60_000);
    return [
      {
        rule: 'order-waits-for-a-person',
        subject: uuid,
        text: `the order of server ${uuid} to ${host} waits since ${since}: ${reason}`,
        advice: `for ${minutes} minutes: conductor host down ${host} --reason TEXT once nothing runs there, or bring it back; docs/runbook.md#host-down`,
      },
    ];
  });
