import { InstanceMappingNotFound } from '#errors';
import type { JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import { CELL0_UUID } from '#records/keys';
import type { Cell } from '#records/method';
import { targetCellOf } from '#records/target-cell';
import type { RpcRequest } from '#wire/envelope';
import { fieldsOf, listOf, mapOf, textOf } from '#wire/reading';

/**
 * Cell0, when an object call is about a server that lies there: no host could take it, so its cell has no queue, and it is
 * looked at and deleted through the API's. Undefined for any other call.
 */
export async function cellOfBuried(
  services: Pick<Services, 'tables'>,
  { args }: Pick<RpcRequest, 'args'>,
): Promise<Cell | undefined> {
  const uuid = calledInstance(args);
  if (uuid === undefined) return undefined;
  try {
    const cell = await targetCellOf(services, uuid);
    return cell.uuid === CELL0_UUID ? cell : undefined;
  } catch (error) {
    if (error instanceof InstanceMappingNotFound) return undefined;
    throw error;
  }
}

/** The server that a call names: by the object that it is made on, or as its argument. */
function calledInstance(args: JsonMap): string | undefined {
  const object = fieldsOf(args['objinst']);
  const named = mapOf(args['kwargs']);
  const own = mapOf(args['objinst'])['nova_object.name'] === 'Instance' ? object['uuid'] : undefined;
  const [first] = listOf(args['args']);
  const candidates = [
    own,
    object['instance_uuid'],
    object['resource_id'],
    named['instance_uuid'],
    named['uuid'],
    first,
  ];
  return candidates.map(textOf).find((uuid) => uuid !== undefined);
}
