import type { Update } from '#ports/tables';

/**
 * Attributes in which an item remembers its last writers, latest first. They are never part of an answered item.
 *
 * A build writes its server some eight times; a message that comes again when its visibility timeout is over must still
 * be known then, or an early save would undo the later ones. A slot holds the writer and when its message was sent, so
 * that one which was forgotten is known by its age.
 */
export const WRITER_SLOTS = ['w0', 'w1', 'w2', 'w3', 'w4', 'w5', 'w6', 'w7', 'w8', 'w9', 'wa', 'wb'] as const;

/** When the latest of all messages was sent that wrote the item, in epoch milliseconds. */
export const LATEST = 'wt';

/** Whether an attribute is one of these. */
export const isWriterSlot = (name: string): boolean => name.length === 2 && /^w[0-9abt]$/u.test(name);

type Writing = Pick<Update, 'writer' | 'sentAt'>;

/** How a slot of this writer begins. */
export const slotPrefix = (writer: string): string => `${writer}@`;

/** What a slot holds of a writer. */
export const slotOf = (writer: string, sentAt: number | undefined): string => `${slotPrefix(writer)}${sentAt ?? ''}`;

/**
 * Whether a writer has written an item already, by what its slots hold: it is one of those that are remembered, or its
 * message was sent before each of theirs.
 */
export function isRepeat(slots: readonly unknown[], { writer, sentAt }: Writing): boolean {
  if (writer === undefined) return false;
  const prefix = slotPrefix(writer);
  if (slots.some((slot) => typeof slot === 'string' && slot.startsWith(prefix))) return true;
  return sentAt !== undefined && slots.every((slot) => sentAtOf(slot) > sentAt);
}

/** When the message of a slot was sent; -Infinity where nobody knows. */
function sentAtOf(slot: unknown): number {
  const text = typeof slot === 'string' ? slot.slice(slot.lastIndexOf('@') + 1) : '';
  return text === '' ? -Infinity : Number(text);
}
