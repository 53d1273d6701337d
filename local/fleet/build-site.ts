import type { RpcCaller } from '#client/rpc-caller';
import type { Clock } from '#ports/clock';
import type { Json, JsonMap, WireObject } from '#ports/json';
import type { Guests } from './guests.ts';
import type { CrashPoint } from './behaviour.ts';
import type { ObjectProxy } from './object-proxy.ts';
import type { Order } from './order.ts';
import type { ResourceTracker } from './resource-tracker.ts';

/** What a host gives to the builds that it carries out. */
export interface BuildSite {
  readonly host: string;
  readonly cell: string;
  readonly caller: RpcCaller;
  readonly clock: Clock;
  readonly proxy: ObjectProxy;
  readonly tracker: ResourceTracker;
  readonly guests: Guests;
  /** Seconds after which a shelved server is offloaded (Nova's shelved_offload_time): 0 at once, -1 never. */
  readonly shelvedOffloadTime: 0 | -1;
  /** Resolves after that time. @throws HostDied when the host died meanwhile */
  sleep(milliseconds: number): Promise<void>;
  /** Dies, silently. */
  die(moment: CrashPoint): never;
  /** Answers an order that is a call; an order that is none is left unanswered. */
  answer(order: Order, result: Json, failure: string | null): Promise<void>;
  /** Keeps what went wrong, for those who look later. */
  trouble(what: string, error: unknown): void;
}

/** The host is no more; nobody is to hear of it. */
export class HostDied extends Error {
  override readonly name = 'HostDied' as const;
}

/** One build on a host, with the server as this host knows it. */
export interface Build {
  readonly site: BuildSite;
  readonly order: Order;
  instance: WireObject;
}

/** Saves fields of the server, if its task_state is among those expected. */
export async function save(build: Build, fields: JsonMap, expected?: Json): Promise<void> {
  const kwargs: JsonMap = expected === undefined ? {} : { expected_task_state: expected };
  build.instance = await build.site.proxy.action(build.order.context, build.instance, 'save', fields, kwargs);
}
