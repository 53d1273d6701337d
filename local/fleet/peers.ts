import type { ReceivedMessage } from '#client/bus';
import { peerOrders } from '#conductor/peer-orders';
import type { Log } from '#ports/log';
import type { RpcRequest } from '#wire/envelope';
import { fieldsOf, textOf } from '#wire/reading';
import type { ObjectProxy } from './object-proxy.ts';

/** Where the conductor's word is had. */
type Asked = Pick<ObjectProxy, 'mayOrder'>;

/** What principals of hosts begin with where senders say who they are. */
const HOST = 'host:';

/**
 * Whether a host carries out an order, by who sent it: the conductor and the API order anything, and of another host
 * the conductor is asked, as the driver of a compute asks it.
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
  const instance_uuid = textOf(fieldsOf(args['instance'])['uuid']) ?? null;
  return proxy.mayOrder(context, { host, sender, method, instance_uuid });
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
