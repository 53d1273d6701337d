import type { ReceivedMessage } from '#client/bus';
import { mayOrderPeer, peerOrders } from '#conductor/peer-orders';
import type { JsonMap } from '#ports/json';
import type { Log } from '#ports/log';
import type { RpcRequest } from '#wire/envelope';
import { fieldsOf, mapOf, objectsOf, textOf } from '#wire/reading';
import type { RequestContext } from '#ports/context';
import type { ObjectProxy } from './object-proxy.ts';

/** Where the conductor's word is had. */
type Asked = Pick<ObjectProxy, 'classAction'>;

/** What principals of hosts begin with where senders say who they are. */
const HOST = 'host:';

/**
 * Whether a host carries out an order, by who sent it: the conductor and the API order anything, another host what its
 * move asks for. The move is the conductor's word, not the order's.
 */
export async function mayOrder(
  { proxy }: { readonly proxy: Asked },
  { attributes }: ReceivedMessage,
  { method, args, context }: RpcRequest,
  host: string,
): Promise<boolean> {
  const { sender = '' } = attributes;
  if (!sender.startsWith(HOST)) return true;
  if (!peerOrders.includes(method)) return false;
  const uuid = textOf(fieldsOf(args['instance'])['uuid']) ?? '';
  const moves = await movesOf(proxy, context, uuid);
  return mayOrderPeer({ method, speakers: [sender.slice(HOST.length)], host }, moves.map(moveOf));
}

/** An order of another host that is not carried out is counted and reported, so that somebody looks at that host. */
export function reportRefused(
  { log }: { readonly log?: Pick<Log, 'count' | 'warn'> | undefined },
  { attributes }: ReceivedMessage,
  method: string,
  host: string,
): void {
  log?.count('orders_refused', { host });
  log?.warn('another host ordered what it may not: it is dropped', {
    host,
    method: method.slice(0, MOST_SHOWN),
    sender: (attributes['sender'] ?? 'none').slice(0, MOST_SHOWN),
  });
}

/** Characters of a strange text that a log line holds. */
const MOST_SHOWN = 80;

async function movesOf(proxy: Asked, context: RequestContext, uuid: string): Promise<JsonMap[]> {
  const list = await proxy.classAction(context, 'MigrationList', 'get_by_filters', [{ instance_uuid: uuid }]);
  return objectsOf(list).map(fieldsOf);
}

const moveOf = (fields: JsonMap) => ({
  status: textOf(fields['status']) ?? '',
  source_compute: textOf(mapOf(fields)['source_compute']) ?? null,
  dest_compute: textOf(mapOf(fields)['dest_compute']) ?? null,
});
