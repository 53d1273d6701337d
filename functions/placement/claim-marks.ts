import type { ClaimMarks } from '#ports/claim-marks';
import type { Clock } from '#ports/clock';
import { absent } from '#ports/conditions';
import { ConditionFailed, type Key, type Tables } from '#ports/tables';
import { PLACEMENT } from '#records/keys';
import { claimMarkItem } from '#records/items/claim-mark';

/** How long a mark is kept: longer than an operation lasts. */
const KEPT_SECONDS = 30 * 24 * 3600;

const keyOf = (consumer: string, operation: string): Key => ({ pk: `consumer#${consumer}`, sk: `mark#${operation}` });

/** Marks of claims on the placement table. */
export function claimMarks(tables: Tables, clock: Pick<Clock, 'now'>): ClaimMarks {
  return {
    async note(consumer, operation, providersBefore) {
      const expires = Math.floor(clock.now() / 1000) + KEPT_SECONDS;
      const item = { ...keyOf(consumer, operation), providers: [...providersBefore], expires };
      try {
        await tables.put(PLACEMENT, item, absent);
      } catch (error) {
        if (!(error instanceof ConditionFailed)) throw error;
      }
    },
    async read(consumer, operation) {
      const item = await tables.get(PLACEMENT, keyOf(consumer, operation));
      return item === undefined ? undefined : claimMarkItem(item).providers;
    },
    async forget(consumer, operation) {
      await tables.delete(PLACEMENT, keyOf(consumer, operation));
    },
  };
}
