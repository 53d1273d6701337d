import { setFields } from '#wire/wire';
import type { WireObject } from '#ports/json';
import type { Services } from '#ports/services';
import type { ItemOf } from '#ports/tables';
import { instanceItem, type StoredInstance } from '#records/items/instance';
import type { Cell } from '#records/method';
import { cellMappingOf } from '#records/target-cell';
import { textOf } from '#wire/reading';
import { withNetworks } from './cached-networks.ts';
import { withinCell } from './scheduling-spec.ts';
import { withVolumeBacked } from './volume-backed.ts';

/**
 * A spec for a server that exists, and stays in its cell: with its project, where it names none
 * (RequestSpec.ensure_project_id), its networks, and whether its root disk is a volume.
 *
 * @throws CellMappingNotFound
 */
export async function specInCell(
  services: Pick<Services, 'tables'>,
  { spec, cell, item }: { readonly spec: WireObject; readonly cell: Cell; readonly item: ItemOf<StoredInstance> },
): Promise<WireObject> {
  const within = withinCell(spec, await cellMappingOf(services, cell.uuid));
  const named = textOf(spec['nova_object.data']['project_id']) !== undefined;
  const owned = named ? within : setFields(within, { project_id: instanceItem(item).project_id });
  return withVolumeBacked(services, cell.name, withNetworks(owned, item), item);
}
