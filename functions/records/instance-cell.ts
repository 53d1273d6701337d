import type { Services } from '#ports/services';
import { instanceMappingKey, MAPPINGS } from './keys.ts';
import { instanceMappingItem } from '#records/items/mapping';

/** The name of the cell that a server is mapped to; undefined when it is mapped to none. */
export async function cellOfInstance(services: Pick<Services, 'tables'>, uuid: string): Promise<string | undefined> {
  const mapping = await services.tables.get(MAPPINGS, instanceMappingKey(uuid));
  return (mapping && instanceMappingItem(mapping).cell) ?? undefined;
}
