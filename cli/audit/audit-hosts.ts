import type { Finding, Rule } from './finding.ts';

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
