import { NovaError } from '#errors';
import type { TableName } from '#ports/tables';
import { cellTable } from './keys.ts';
import type { Records } from './method.ts';

/** A record of a cell was asked for where no cell is targeted: there is no default cell store. */
export class NoCellTargeted extends NovaError {
  override readonly name = 'NoCellTargeted' as const;

  constructor() {
    super('No cell is targeted: cell records are reached by a cell queue');
  }
}

/**
 * The table of the targeted cell.
 *
 * @throws NoCellTargeted
 */
export function tableOf(records: Records): TableName {
  if (records.cell === undefined) throw new NoCellTargeted();
  return cellTable(records.cell.name);
}
