/** The name by which our own messages to conductor queues are signed in worlds that know no principals. */
export const CONDUCTOR_SENDER = 'conductor';

const BEGINS = '{"pulse":';

/** The body of a pulse: a message of our own that says nothing but when it was sent, in epoch milliseconds. */
export const pulseBody = (sentAt: number): string => `${BEGINS}${Math.floor(sentAt)}}`;

/** When the pulse in a body was sent; undefined for any other body. */
export function readPulse(body: string): number | undefined {
  if (!body.startsWith(BEGINS)) return undefined;
  const sentAt = Number(body.slice(BEGINS.length, -1));
  return Number.isSafeInteger(sentAt) && sentAt >= 0 && body === pulseBody(sentAt) ? sentAt : undefined;
}
