import type { Services } from '#ports/services';
import { availabilityZone, Aggregates } from '#scheduler/facts/aggregates';

/** The availability zone of a host that no scheduler chose. */
export async function zoneOfHost(services: Services, host: string): Promise<string> {
  const aggregates = await new Aggregates(services.tables, services.clock).all();
  return availabilityZone(host, aggregates, services.config.defaultAvailabilityZone);
}
