import { RpcCaller, type CallerPorts } from '#client/rpc-caller';
import type { RequestContext } from '#ports/context';
import { directWay, type FunctionUrls } from './direct-way.ts';
import { HeldCalls } from './held-calls.ts';
import { hostContext, ObjectProxy } from './object-proxy.ts';

/** Seconds for which a driver waits for the answer of a ping before the conductor counts as away. */
const PROBE_SECONDS = 10;

/** How a host speaks with the conductor. */
export interface Driver {
  readonly caller: RpcCaller;
  readonly proxy: ObjectProxy;
  readonly context: RequestContext;
}

/** Whose driver it is, and how long it waits: seconds for an answer, and beyond them while the conductor is away. */
export interface DriverOptions {
  readonly host: string;
  readonly cell: string;
  /** @default 60 */
  readonly callSeconds?: number;
  /** @default 0 */
  readonly holdSeconds?: number;
  /** Whether it makes direct calls where they are offered. @default true */
  readonly direct?: boolean;
}

/** What a driver works with; function URLs where direct calls are offered. */
type DriverPorts = CallerPorts & { readonly urls?: FunctionUrls };

/** The driver of a host's process. */
export function driverOf(ports: DriverPorts, options: DriverOptions): Driver {
  const { clock, ids, urls } = ports;
  const { host, cell, callSeconds = 60, holdSeconds = 0 } = options;
  const principal = `host:${host}`;
  const direct = urls === undefined || options.direct === false ? undefined : directWay(urls, principal);
  const caller = new RpcCaller(ports, { principal, timeoutSeconds: callSeconds + holdSeconds, direct });
  const context = hostContext(ids, clock);
  const pinged = (): Promise<boolean> =>
    proxy.ping(context, PROBE_SECONDS).then(
      () => true,
      () => false,
    );
  const held = new HeldCalls({ clock, timeoutSeconds: callSeconds, holdSeconds, ping: pinged });
  const proxy = new ObjectProxy(caller, cell, holdSeconds > 0 ? (answer) => held.wait(answer) : undefined);
  return { caller, proxy, context };
}
