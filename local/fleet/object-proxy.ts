import type { RpcCaller } from '#client/rpc-caller';
import { applyUpdates, isMap, setFields } from '#wire/wire';
import type { Clock } from '#ports/clock';
import type { RequestContext } from '#ports/context';
import type { Ids } from '#ports/ids';
import type { Json, JsonMap, WireObject } from '#ports/json';
import { cellQueue } from '#ports/host-queue';
import { requestContext } from '#servers/request-context';
import { asRead, OBJECT_VERSIONS } from './object-versions.ts';

/** All that a host knows of the records: calls to the conductor of its cell, as remotable methods make them. */
export class ObjectProxy {
  readonly #caller: RpcCaller;
  readonly #queue: string;
  readonly #wait: (answer: Promise<Json>) => Promise<Json>;

  /** @param wait how long a call is waited for, where the caller does not decide it */
  constructor(caller: RpcCaller, cell: string, wait = (answer: Promise<Json>): Promise<Json> => answer) {
    this.#caller = caller;
    this.#queue = cellQueue(cell);
    this.#wait = wait;
  }

  /** Sets fields of an object, calls its method, and answers the object as it is afterwards. */
  async action(
    context: RequestContext,
    object: WireObject,
    method: string,
    fields: JsonMap = {},
    kwargs: JsonMap = {},
  ): Promise<WireObject> {
    const own = asRead(object);
    const objinst = Object.keys(fields).length === 0 ? own : setFields(own, fields);
    const args = { objinst, objmethod: method, args: [], kwargs };
    const reply = await this.#call(context, 'object_action', args);
    const updates = Array.isArray(reply) ? reply[0] : null;
    return applyUpdates(objinst, isMap(updates) ? updates : {});
  }

  /** Calls a class method with the versions that this release can read. */
  classAction(
    context: RequestContext,
    name: string,
    method: string,
    args: Json[],
    kwargs: JsonMap = {},
  ): Promise<Json> {
    const object_versions = { ...OBJECT_VERSIONS[name] };
    const call = { objname: name, objmethod: method, object_versions, args, kwargs };
    return this.#call(context, 'object_class_action_versions', call);
  }

  /** @param seconds within which it is to be answered, if not within those of every call */
  async ping(context: RequestContext, seconds?: number): Promise<void> {
    const args = { arg: 'are you ready' };
    const ping = { queue: this.#queue, namespace: 'baseapi', version: '1.0', method: 'ping', args, context };
    await this.#caller.call(ping, seconds);
  }

  /** Asks whether the host carries out what another one orders (docs/compute-agent.md). */
  async mayOrder(context: RequestContext, args: JsonMap): Promise<boolean> {
    return (await this.#call(context, 'may_order', args, { namespace: 'hostapi', version: '1.1' })) === true;
  }

  #call(
    context: RequestContext,
    method: string,
    args: JsonMap,
    of: { readonly namespace?: string; readonly version: string } = { version: '3.0' },
  ): Promise<Json> {
    return this.#wait(this.#caller.call({ queue: this.#queue, ...of, method, args, context }));
  }
}

/** The context in which a host speaks for itself. */
export const hostContext = (ids: Ids, clock: Clock): RequestContext =>
  requestContext({ ids, clock }, { user: null, project: null, roles: [], remoteAddress: null });
