import { isMetLately } from '#records/items/service-trouble';
import type { Finding, Rule } from './finding.ts';

/** A service of the cloud that cannot be used, while an operation waits for it. */
export const serviceUnusable: Rule = ({ instances, now, requested, troubles }) => {
  const running = new Set([
    ...instances.flatMap(({ owners }) => owners.flatMap(({ owner, status }) => (status === 'RUNNING' ? owner : []))),
    ...requested.flatMap(({ execution, status }) => (status === 'RUNNING' ? execution.replace(/^.*\//u, '') : [])),
  ]);
  return troubles
    .filter((met) => running.has(met.execution) && isMetLately(met, now))
    .map(
      ({ service, url, trouble, remedy, since }): Finding => ({
        rule: 'service-unusable',
        subject: service,
        text: `the ${service} service at ${url} ${trouble}: operations wait for it since ${new Date(since).toISOString()}`,
        advice: remedy,
      }),
    );
};
