import type { ExternalResources } from '#conductor/hand-over';
import type { Json } from '#ports/json';
import type { Services } from '#ports/services';
import { allPages } from '#records/all-pages';
import { instanceItem } from '#records/items/instance';
import { blockDeviceItem } from '#records/items/block-device';
import { blockDeviceKey, cellTable } from '#records/keys';
import { noneRequested } from './clean-up-networks.ts';

/**
 * What a server has beyond its host, by its records.
 *
 * @param requested networks of a server that is being built, whose host may have made ports that no record names yet
 */
export async function externalResourcesOf(
  { tables }: Pick<Services, 'tables'>,
  cell: string,
  uuid: string,
  requested?: Json,
): Promise<ExternalResources> {
  if (requested !== undefined && !noneRequested(requested)) return 'held';
  const { pk, sk: sortFrom } = blockDeviceKey(uuid, '');
  const items = await allPages(tables, cellTable(cell), {
    partition: pk,
    sortFrom,
    sortTo: 'instance',
    consistent: true,
  });
  const held = items.some((item) => {
    if (item.sk === 'instance') return instanceItem(item).has_ports;
    const { deleted, destination_type, volume_id } = blockDeviceItem(item);
    return item.sk.startsWith(sortFrom) && !deleted && (destination_type === 'volume' || volume_id !== null);
  });
  return held ? 'held' : 'nothing';
}
