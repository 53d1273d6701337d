import { createHash } from 'node:crypto';
import type { Ids } from '#ports/ids';

/** The same identifiers in the same order for the same seed, so that a simulation can be run again. */
export const seededIds = (seed: string | number): Ids => {
  let made = 0;
  return {
    uuid: () => {
      const digits = createHash('sha256').update(`${seed} ${made++}`).digest('hex');
      const variant = '89ab'[Number.parseInt(digits.slice(16, 17), 16) % 4] ?? '8';
      const parts = [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`];
      return [...parts, variant + digits.slice(17, 20), digits.slice(20, 32)].join('-');
    },
  };
};
