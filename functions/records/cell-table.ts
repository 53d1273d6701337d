import { NovaError } from '#errors';
import type { TableName } from '#ports/tables';
import { cellTable } from './keys.ts';
import type { Records } from './method.ts';

/**
 * The table of the targeted cell.
 *
 * @throws NovaError when no cell is targeted: there is no default cell store
 */
export function tableOf(records: Records): TableName {
  if (records.cell === undefined) throw new NovaError('No cell is targeted: cell records are reached by a cell queue');
  return cellTable(records.cell.name);
}
