import { createHash } from 'node:crypto';
import type { Update } from '#ports/tables';

/**
 * Attributes in which an item remembers its last writers, latest first. They are never part of an answered item.
 *
 * A build writes its server some eight times; a message that comes again when its visibility timeout is over must still
 * be known then, or an early save would undo the later ones.
 */
export const WRITER_SLOTS = ['w0', 'w1', 'w2', 'w3', 'w4', 'w5', 'w6', 'w7', 'w8', 'w9', 'wa', 'wb'] as const;

/**
 * Characters of a writer in its slot: 48 bits are enough to distinguish twelve, and twelve are
 * part of every write of an item.
 */
const LONGEST = 8;

/** How a writer stands in its slot: as it is, or what its digest begins with. */
export const writerMark = (writer: string): string =>
  writer.length <= LONGEST ? writer : createHash('sha256').update(writer).digest('base64url').slice(0, LONGEST);

/**
 * When the message of each of these writers was sent, in epoch milliseconds, or 0: a message that was forgotten is
 * known by its age. Attributes of their own, since the service compares a slot with a whole writer alone.
 */
export const SENT_SLOTS = ['x0', 'x1', 'x2', 'x3', 'x4', 'x5', 'x6', 'x7', 'x8', 'x9', 'xa', 'xb'] as const;

/** When the latest of all messages was sent that wrote the item. */
export const LATEST = 'xt';

/** Whether an attribute is one of these. */
export const isWriterSlot = (name: string): boolean => name.length === 2 && /^(?:w[0-9ab]|x[0-9abt])$/u.test(name);

/**
 * Whether a writer has written an item already, by the attributes of that: it is one of those that are remembered, or
 * it was forgotten: there are as many as are remembered, and none of their messages, as far as they were messages, was
 * sent before its own, and one later.
 */
export function isRepeat(valueOf: (slot: string) => unknown, { writer, sentAt }: Pick<Update, 'writer' | 'sentAt'>) {
  if (writer === undefined) return false;
  const [mark, marks] = [writerMark(writer), WRITER_SLOTS.map(valueOf)];
  if (marks.includes(mark)) return true;
  if (sentAt === undefined || marks.some((each) => typeof each !== 'string')) return false;
  const times = SENT_SLOTS.map((slot) => Number(valueOf(slot) ?? 0));
  return Number(valueOf(LATEST) ?? 0) > sentAt && times.every((time) => time === 0 || time >= sentAt);
}
