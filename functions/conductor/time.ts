/** Nova's text of a time: seconds, UTC. `milliseconds` counts from the epoch. */
export const isoSeconds = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;

/** The time of a notification: microseconds, UTC, no zone. */
export const novaTimestamp = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().replace('T', ' ').replace('Z', '000');

/** The time that a server is audited for: from the beginning of the month until now. */
export function auditPeriod(milliseconds: number): { audit_period_beginning: string; audit_period_ending: string } {
  const now = new Date(milliseconds).toISOString().replace('Z', '000');
  return { audit_period_beginning: `${now.slice(0, 8)}01T00:00:00.000000`, audit_period_ending: now };
}
