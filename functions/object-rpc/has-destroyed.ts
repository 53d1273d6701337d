import type { Services } from '#ports/services';
import { wasWrittenBy } from '#records/instance-destroy';
import { cellTable, instanceKey } from '#records/keys';
import type { Cell } from '#records/method';
import type { RpcRequest } from '#wire/envelope';
import { mapOf, textOf } from '#wire/reading';

/** Whether this call of Instance.destroy has deleted the server of a cell, by an earlier delivery. */
export async function hasDestroyed(
  { tables }: Pick<Services, 'tables'>,
  cell: Cell,
  { args, uniqueId }: RpcRequest,
): Promise<boolean> {
  const { 'nova_object.name': name, 'nova_object.data': data } = mapOf(args['objinst']);
  const uuid = textOf(mapOf(data)['uuid']);
  if (name !== 'Instance' || uuid === undefined || uniqueId === undefined) return false;
  const item = await tables.get(cellTable(cell.name), instanceKey(uuid));
  return item !== undefined && wasWrittenBy({ writer: uniqueId }, item);
}
