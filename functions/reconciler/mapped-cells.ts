import type { Services } from '#ports/services';
import { allPages } from '#records/all-pages';
import { MAPPINGS } from '#records/keys';
import { cellMappingItem } from '#records/items/mapping';
import { ALL_CELLS } from '#records/methods/mappings';

/** A cell that is mapped, cell0 among them. */
export interface MappedCell {
  readonly name: string;
  readonly uuid: string;
}

/** Every cell of the deployment. */
export async function mappedCells({ tables }: Pick<Services, 'tables'>): Promise<MappedCell[]> {
  const items = await allPages(tables, MAPPINGS, { index: 'by-cell', partition: ALL_CELLS });
  return items.flatMap((item) => {
    const { name, uuid } = cellMappingItem(item);
    return name === null || uuid === null ? [] : [{ name, uuid }];
  });
}
