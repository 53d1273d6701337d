/** Attributes in which an item remembers its last writers, latest first. They are never part of an answered item. */
export const WRITER_SLOTS = ['w0', 'w1', 'w2', 'w3'] as const;

/** Whether an attribute is one of the slots. */
export const isWriterSlot = (name: string): boolean =>
  name.length === 2 && name >= 'w0' && name <= 'w3' && name.startsWith('w');
