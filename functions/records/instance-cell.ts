import type { Services } from '#ports/services';
import { instanceMappingKey, MAPPINGS } from './keys.ts';

/** The name of the cell that a server is mapped to; undefined when it is mapped to none. */
export async function cellOfInstance(services: Pick<Services, 'tables'>, uuid: string): Promise<string | undefined> {
  const mapping = await services.tables.get(MAPPINGS, instanceMappingKey(uuid));
  const cell = mapping?.['cell'];
  return typeof cell === 'string' ? cell : undefined;
}
