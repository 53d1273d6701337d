import type { Attributes } from '#ports/tables';

/** A counter. */
export type CounterItem = ReturnType<typeof counterItem>;

/** Reads the item of a counter, of which ids are taken in blocks. */
export function counterItem({ taken }: Attributes) {
  return {
    /** The last id that was taken; undefined when the item holds no number. */
    taken: typeof taken === 'number' ? taken : undefined,
  };
}
