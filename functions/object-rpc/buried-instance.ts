import type { JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import { instanceMappingItem } from '#records/items/mapping';
import { CELL0_UUID, instanceMappingKey, MAPPINGS } from '#records/keys';
import type { Cell } from '#records/method';
import type { RpcRequest } from '#wire/envelope';
import { fieldsOf, listOf, mapOf, textOf, textsOf } from '#wire/reading';

/**
 * Cell0, when an object call is about servers that all lie there: no host could take them, so their cell has no queue,
 * and they are looked at and deleted through the API's. Undefined for any other call.
 */
export async function cellOfBuried(
  services: Pick<Services, 'tables'>,
  { args }: Pick<RpcRequest, 'args'>,
): Promise<Cell | undefined> {
  const uuids = [...new Set(calledInstances(args))];
  if (uuids.length === 0 || uuids.length > MOST_NAMED) return undefined;
  const mappings = await services.tables.batchGet(
    uuids.map((uuid) => ({ table: MAPPINGS, key: instanceMappingKey(uuid) })),
  );
  const cells = mappings.map((mapping) => instanceMappingItem(mapping ?? {}));
  const [name] = cells.flatMap(({ cell }) => cell ?? []);
  return name !== undefined && cells.every(({ cell_uuid }) => cell_uuid === CELL0_UUID)
    ? { name, uuid: CELL0_UUID }
    : undefined;
}

/** Servers that one call may name: as many as one request builds at most, so that mappings are read in proportion. */
const MOST_NAMED = 2500;

/** Names under which a call, or a filter, names servers. */
const NAMES = ['instance_uuid', 'instance_uuids', 'resource_id', 'uuid'] as const;

/**
 * The servers that a call names: by the object that it is made on, or by an argument, alone, as a list or in a filter.
 */
function calledInstances(args: JsonMap): string[] {
  const object = fieldsOf(args['objinst']);
  const named = mapOf(args['kwargs']);
  const own = mapOf(args['objinst'])['nova_object.name'] === 'Instance' ? object['uuid'] : undefined;
  const [first] = listOf(args['args']);
  const candidates = [
    own,
    object['instance_uuid'],
    object['resource_id'],
    ...[named, mapOf(named['filters']), mapOf(first)].flatMap((map) => NAMES.map((name) => map[name])),
    first,
  ];
  return candidates.map((each) => [textOf(each) ?? [], textsOf(each)].flat()).find((uuids) => uuids.length > 0) ?? [];
}
