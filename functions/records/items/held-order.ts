import type { Attributes } from '#ports/tables';
import { mapOf } from '#wire/reading';

/** Set while the order of a server waits for a person, or a fencing agent, to say that its host is down. */
export const HELD = 'op:held';

/** An order that goes to nobody else before somebody has spoken. */
export interface HeldOrder {
  /** The execution that waits. */
  readonly execution: string;
  /** The host that took the order, and is not heard. */
  readonly host: string;
  /** When that was found first, as Nova writes times. */
  readonly since: string;
  readonly reason: string;
}

/** What is noted of an order that waits. */
export const held = (order: HeldOrder): Attributes => ({ [HELD]: { ...order } });

/** Reads what is noted of a server whose order waits, or has waited. */
export function heldOrder(item: Attributes): HeldOrder | undefined {
  const { execution, host, since, reason } = mapOf(item[HELD]);
  if (typeof execution !== 'string' || typeof host !== 'string' || typeof since !== 'string') return undefined;
  return { execution, host, since, reason: typeof reason === 'string' ? reason : '' };
}
