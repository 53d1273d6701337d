/**
 * Attributes in which an item remembers its last writers, latest first. They are never part of an answered item.
 *
 * A build writes its server some eight times; a message that comes again when its visibility timeout is over must still
 * be known then, or an early save would undo the later ones.
 */
export const WRITER_SLOTS = ['w0', 'w1', 'w2', 'w3', 'w4', 'w5', 'w6', 'w7', 'w8', 'w9', 'wa', 'wb'] as const;

/** Whether an attribute is one of the slots. */
export const isWriterSlot = (name: string): boolean => name.length === 2 && /^w[0-9ab]$/u.test(name);
