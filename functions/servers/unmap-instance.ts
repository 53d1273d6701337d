import { equals } from '#ports/conditions';
import type { Services } from '#ports/services';
import { ConditionFailed } from '#ports/tables';
import { BUILD_REQUESTS, instanceMappingKey, MAPPINGS, requestSpecKey } from '#records/keys';
import type { InstanceMappingItem } from '#records/items/mapping';

/** Deletes mapping and request spec of a server that never came to be; a mapping that has a cell is another's. */
export async function unmapInstance(services: Pick<Services, 'tables'>, uuid: string): Promise<void> {
  try {
    await services.tables.delete(MAPPINGS, instanceMappingKey(uuid), equals<InstanceMappingItem>('cell', null));
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    return;
  }
  await services.tables.delete(BUILD_REQUESTS, requestSpecKey(uuid));
}
