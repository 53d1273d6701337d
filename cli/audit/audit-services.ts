import { isMetLately } from '#records/items/service-trouble';
import type { Finding, Rule } from './finding.ts';

/** A service of the cloud that cannot be used, while an operation waits for it. */
export const serviceUnusable: Rule = ({ now, troubles }) =>
  troubles
    .filter((met) => met.isAwaited && isMetLately(met, now))
    .map(
      ({ service, url, trouble, remedy, since }): Finding => ({
        rule: 'service-unusable',
        subject: service,
        text: `the ${service} service at ${url} ${trouble}: operations wait for it since ${new Date(since).toISOString()}`,
        advice: remedy,
      }),
    );
