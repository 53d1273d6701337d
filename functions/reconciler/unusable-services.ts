import type { Services } from '#ports/services';
import { isMetLately, serviceTroubleItem } from '#records/items/service-trouble';
import { REQUESTS, serviceTroubleKey } from '#records/keys';

/** All that errors of a cloud name as their service (ServiceTrouble). */
const NAMED = ['placement', 'image', 'network', 'block-storage', 'accelerator', 'identity', 'secret'];

/** Milliseconds for which operations have met a trouble before somebody is called: most pass by themselves. */
const LASTING_MS = 5 * 60_000;

/** Counts the services of the cloud that operations wait for, as `unusable_services`. */
export async function countUnusableServices({
  clock,
  config,
  log,
  tables,
}: Pick<Services, 'clock' | 'config' | 'log' | 'tables'>): Promise<void> {
  if ((config.openstackServices ?? []).length === 0) return;
  const items = await tables.batchGet(NAMED.map((service) => ({ table: REQUESTS, key: serviceTroubleKey(service) })));
  const lasting = items.filter((item) => {
    const met = item && serviceTroubleItem(item);
    return met !== undefined && isMetLately(met, clock.now()) && met.met_at - met.since >= LASTING_MS;
  });
  log.measure('unusable_services', [lasting.length], 'Count');
}
