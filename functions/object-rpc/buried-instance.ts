import type { Json, JsonMap } from '#ports/json';
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
  const called = calledInstances(args);
  const uuids = [...new Set(called.flat())];
  if (uuids.length === 0 || uuids.length > MOST_NAMED) return undefined;
  const mappings = await services.tables.batchGet(
    uuids.map((uuid) => ({ table: MAPPINGS, key: instanceMappingKey(uuid) })),
  );
  const cells = new Map(uuids.map((uuid, at) => [uuid, instanceMappingItem(mappings[at] ?? {})]));
  const buried = called.find((each) => each.every((uuid) => cells.get(uuid)?.cell_uuid === CELL0_UUID)) ?? [];
  const name = cells.get(buried[0] ?? '')?.cell ?? undefined;
  return name === undefined ? undefined : { name, uuid: CELL0_UUID };
}

/** Servers that one call may name: as many as one request builds at most, so that mappings are read in proportion. */
const MOST_NAMED = 2500;

/** Names under which a call, or a filter, names servers. */
const NAMES = ['instance_uuid', 'instance_uuids', 'resource_id', 'uuid'] as const;

/**
 * The servers that a call may name: by the object that it is made on, or by an argument, alone, as a list, in a filter
 * or as an object. A text among the arguments may be anything else.
 */
function calledInstances(args: JsonMap): string[][] {
  const named = mapOf(args['kwargs']);
  const candidates = [
    ...ofObject(args['objinst'] ?? null),
    ...[named, mapOf(named['filters'])].flatMap(byName),
    ...Object.values(named).flatMap(ofObject),
    ...listOf(args['args']).flatMap((each) => [...byName(mapOf(each)), ...ofObject(each), each]),
  ];
  return candidates.map((each) => [textOf(each) ?? [], textsOf(each)].flat()).filter((uuids) => uuids.length > 0);
}

const byName = (map: JsonMap): (Json | undefined)[] => NAMES.map((name) => map[name]);

/** The server that an object is, or belongs to. */
function ofObject(object: Json): (Json | undefined)[] {
  const { uuid, instance_uuid, resource_id } = fieldsOf(object);
  return [mapOf(object)['nova_object.name'] === 'Instance' ? uuid : undefined, instance_uuid, resource_id];
}
