import { createHash } from 'node:crypto';
import type { Records } from './method.ts';

/**
 * A uuid for a new record. It follows from the message that makes the record, so that a second delivery finds the
 * record of the first instead of making another.
 */
export function newUuid(records: Pick<Records, 'ids' | 'writer'>, kind: string): string {
  if (records.writer === undefined) return records.ids.uuid();
  const hex = createHash('sha256').update(`${kind}\n${records.writer}`).digest('hex');
  const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
