import { lowerMessage, secondTopic } from '#conductor/compute-rpc';
import type { RequestContext } from '#ports/context';
import type { JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import { registerCall } from '#operations/waiting-call';
import type { Cell } from '#records/method';
import { computeCap } from '#servers/compute-cap';

/** What an execution carries that asks hosts. */
export interface Asking {
  /** Seconds that a host may take for its answer; until the next look, where that may lie unread. */
  ask_seconds: number;
  /** The call that was asked, and whose answer may lie unread: it is waited for, and not asked again. */
  asked?: { readonly call: string; readonly may_take: number } | undefined;
}

/** A call to a compute whose answer completes the token of a Task. */
export interface ComputeCall {
  readonly cell: Cell;
  readonly host: string;
  readonly method: string;
  readonly args: JsonMap;
  readonly context: RequestContext;
  /** Names the call: the same for a repeat of the step, so that the host is asked once. */
  readonly messageId: string;
  readonly token: string | undefined;
  readonly asking: Asking;
}

/**
 * Calls a compute. The answer is kept under the call's name, where the state that follows reads it. One that was asked
 * gets no second question: a host that no longer knows the first would carry out both.
 *
 * @throws UnsupportedVersion when the computes of the cell do not know the method
 */
export async function callCompute(services: Services, call: ComputeCall): Promise<void> {
  const { cell, host, method, args, context, messageId, token, asking } = call;
  if (token === undefined) throw new Error(`${method} is called with a task token`);
  const cap = await computeCap(services, cell, context, method);
  const lowered = lowerMessage(method, args, cap);
  const asked = asking.asked?.call === messageId;
  if (!(await registerCall(services, { messageId, host, token }, asked)) || asked) return;
  await services.compute.call({
    cell: cell.name,
    host,
    method,
    ...lowered,
    ...secondTopic(method, cap),
    context,
    uniqueId: `call-${messageId}`,
    messageId,
    timeoutSeconds: asking.ask_seconds,
  });
  services.log.info('compute called', { method, cell: cell.name, host });
}
