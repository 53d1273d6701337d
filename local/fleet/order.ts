import { isMap, isWireObject } from '#wire/wire';
import type { Json, JsonMap, WireObject } from '#ports/json';
import type { RpcRequest } from '#wire/envelope';

/** An order as a compute host got it. */
export interface Order extends RpcRequest {
  /** The host that got it. */
  readonly host: string;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
}

/** The attempt that a build is: `retry.num_attempts` of its filter properties, from 1. */
export function attemptOf(order: Pick<Order, 'args'>): number {
  const attempts = retryOf(order)?.['num_attempts'];
  return typeof attempts === 'number' ? attempts : 1;
}

/** The retry bookkeeping of a build; without it a host may not reschedule. */
export function retryOf({ args }: Pick<Order, 'args'>): JsonMap | undefined {
  const properties = args['filter_properties'];
  const retry = isMap(properties) ? properties['retry'] : undefined;
  return isMap(retry) ? retry : undefined;
}

/** An argument that must be an object. */
export function objectArgument(order: Pick<Order, 'args' | 'method'>, name: string): WireObject {
  const value = order.args[name];
  if (!isWireObject(value)) throw new Error(`${order.method} came without ${name}`);
  return value;
}

/** What a list object holds; nothing when it is no list of objects. */
export function listObjects(list: Json | undefined): WireObject[] {
  const objects = isWireObject(list) ? list['nova_object.data']['objects'] : undefined;
  return Array.isArray(objects) ? objects.filter(isWireObject) : [];
}

/** A field that is text, else an empty text. */
export function textField(object: WireObject, name: string): string {
  const value = object['nova_object.data'][name];
  return typeof value === 'string' ? value : '';
}

/** A field that is a number, else 0. */
export function numberField(object: WireObject, name: string): number {
  const value = object['nova_object.data'][name];
  return typeof value === 'number' ? value : 0;
}
