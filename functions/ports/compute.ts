import type { RequestContext } from './context.ts';
import type { JsonMap } from './json.ts';

/** An order to the compute service of one host. */
export interface ComputeMessage {
  /** Name of the cell whose bus carries it. */
  readonly cell: string;
  readonly host: string;
  readonly method: string;
  /** Compute RPC version, for instance `6.0`. */
  readonly version: string;
  readonly args: JsonMap;
  /** The topic of the host that serves it. @default compute */
  readonly topic?: string;
  readonly context: RequestContext;
  /** Computed from operation, server and attempt, so that a repeated step sends the same message. */
  readonly uniqueId: string;
}

/** The compute hosts, one queue each. */
export interface Compute {
  cast(message: ComputeMessage): Promise<void>;
  /** Sends a call whose answer comes back to the cell's conductor queue under `messageId`. */
  call(message: ComputeMessage & { readonly messageId: string; readonly timeoutSeconds: number }): Promise<void>;
}
