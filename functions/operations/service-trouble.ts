import type { ServiceUnusable } from '#errors';
import type { Services } from '#ports/services';
import type { AttributesOf } from '#ports/tables';
import { REQUESTS, serviceTroubleKey } from '#records/keys';
import { isMetLately, serviceTroubleItem, type ServiceTroubleItem } from '#records/items/service-trouble';

/** Seconds for which a note is kept: an audit looks at much younger ones. */
const KEPT_SECONDS = 86_400;

/**
 * Says that a step waits for a service of the cloud, and what is to be done about it: in the log, and by a note for the
 * audit and the reconciler. A note that cannot be written is missed by nobody, since the step is tried again.
 */
export async function noteTrouble(
  { clock, log, tables }: Pick<Services, 'clock' | 'log' | 'tables'>,
  execution: string,
  { trouble: { service, url, trouble, remedy } }: ServiceUnusable,
): Promise<void> {
  log.error('a service of the cloud cannot be used: the operation waits', { service, url, trouble, remedy });
  const met_at = clock.now();
  const expires_at = Math.floor(met_at / 1000) + KEPT_SECONDS;
  try {
    const item = await tables.get(REQUESTS, serviceTroubleKey(service));
    const before = item && serviceTroubleItem(item);
    const since = before !== undefined && isMetLately(before, met_at) ? before.since : met_at;
    const set: AttributesOf<ServiceTroubleItem> = {
      service,
      url,
      trouble,
      remedy,
      execution,
      since,
      met_at,
      expires_at,
    };
    await tables.update(REQUESTS, serviceTroubleKey(service), { set });
  } catch (error) {
    log.warn('a trouble could not be noted', { service, error: String(error) });
  }
}
