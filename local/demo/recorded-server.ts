import type { Item } from '#ports/tables';
import type { ConductorClient } from '#client';
import type { RequestContext } from '#ports/context';
import type { JsonMap, WireObject } from '#ports/json';
import { isWireObject } from '#wire/wire';
import { numberOf } from '#wire/reading';
import { cellOf, partitionOf } from '#cli/inventory/instances';
import { beginRequest, type RequestPorts, type InstanceRequest } from '#cli/servers/server-request';

/** A server as its cell records it. */
export interface RecordedServer {
  readonly uuid: string;
  readonly cell: string;
  readonly item: Item;
  /** The last one. */
  readonly migration: Item | undefined;
}

/** Reads a server with its last migration. @throws Error where its cell does not have it */
export async function recordedServer(ports: RequestPorts, uuid: string): Promise<RecordedServer> {
  const cell = await cellOf(ports, uuid);
  const items = cell === undefined ? [] : await partitionOf(ports, cell, uuid);
  const item = items.find(({ sk }) => sk === 'instance');
  if (cell === undefined || item === undefined) throw new Error(`there is no server ${uuid}`);
  return { uuid, cell, item, migration: newest(items, 'migration#') };
}

/** Begins a request as Nova's API begins it. @throws UnexpectedTaskStateError */
export const begin = (
  ports: RequestPorts,
  { cell, item }: RecordedServer,
  begun: { readonly action: string; readonly fields: JsonMap },
): Promise<InstanceRequest> => beginRequest(ports, cell, item, begun);

/** What Nova's API sends of a server's devices. */
export async function devicesOf(
  client: ConductorClient,
  context: RequestContext,
  { cell, uuid }: RecordedServer,
): Promise<WireObject | null> {
  const versions = { BlockDeviceMappingList: '1.18', BlockDeviceMapping: '1.21' };
  const method = 'get_by_instance_uuid';
  const list = await client.objectClassAction(
    context,
    'BlockDeviceMappingList',
    method,
    versions,
    [uuid],
    {},
    { cell },
  );
  return isWireObject(list) ? list : null;
}

/** The last of a server's items of a kind, by their ids. */
export const newest = (items: readonly Item[], prefix: string): Item | undefined =>
  items
    .filter(({ sk }) => sk.startsWith(prefix))
    .toSorted((a, b) => (numberOf(b['id']) ?? 0) - (numberOf(a['id']) ?? 0))[0];
