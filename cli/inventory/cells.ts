import type { Item } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { CELL0_UUID, MAPPINGS } from '#records/keys';
import { ALL_CELLS } from '#records/methods/mappings';
import { CommandFailure } from '#cli/deployment/failure';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { cellMappingItem } from '#records/items/mapping';

/** A cell mapping as operators see it. */
export interface CellRow {
  readonly id: number;
  readonly name: string;
  readonly uuid: string;
  readonly disabled: boolean;
  readonly transportUrl: string;
  readonly databaseConnection: string;
}

type Tables = Pick<DeploymentTarget, 'tables'>;

/** Every cell mapping, cell0 included, in the order of ids. */
export async function cellRows({ tables }: Tables): Promise<CellRow[]> {
  const items = await allPages(tables, MAPPINGS, { index: 'by-cell', partition: ALL_CELLS });
  return items.map(cellRow).toSorted((a, b) => a.id - b.id);
}

function cellRow(item: Item): CellRow {
  const { id, name, uuid, disabled, transport_url, database_connection } = cellMappingItem(item);
  return {
    id: id ?? 0,
    name: name ?? '',
    uuid: uuid ?? '',
    disabled,
    transportUrl: transport_url ?? '',
    databaseConnection: database_connection ?? '',
  };
}

/** @throws CommandFailure when there is no cell of that name */
export async function cellNamed(target: Tables, name: string): Promise<CellRow> {
  const cells = await cellRows(target);
  const cell = cells.find((each) => each.name === name);
  if (cell !== undefined) return cell;
  const all = cells.map(cellIdentity).join(', ') || 'none';
  throw new CommandFailure(
    `there is no cell ${name}: there are ${all}; conductor cell create ${name} maps one that is deployed`,
  );
}

/** How messages name a cell: `uuid(name)`, or the uuid alone. Nova's CellMapping.identity. */
const cellIdentity = ({ name, uuid }: Pick<CellRow, 'name' | 'uuid'>): string =>
  name === '' ? uuid : `${uuid}(${name})`;

/** Cells that have hosts: all but cell0. */
export const withoutCell0 = (cells: readonly CellRow[]): CellRow[] => cells.filter(({ uuid }) => uuid !== CELL0_UUID);

/** The items that are mapped to a cell: hosts or servers. */
export const mappedTo = ({ tables }: Tables, uuid: string, kind: 'host' | 'instance'): Promise<Item[]> =>
  allPages(tables, MAPPINGS, { index: 'by-cell', partition: uuid, sortPrefix: `${kind}#` });
