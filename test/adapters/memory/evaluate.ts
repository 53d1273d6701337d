import type { Condition } from '#ports/conditions';
import type { Stored } from '#adapters/packing/packed-item';
import { storedValue, Whole, type StoredItem, type StoredValue } from './stored-item.ts';

/** Texts of these units alone have the same order in UTF-16 as in UTF-8. */
const SAME_ORDER = /^[\0-\ud7ff]*$/;

/** The order in which DynamoDB keeps texts: by their UTF-8 bytes. */
export const compareText = (a: string, b: string): number => {
  if (SAME_ORDER.test(a) && SAME_ORDER.test(b)) return a < b ? -1 : Number(a > b);
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
};

const same = (found: StoredValue | undefined, value: Stored): boolean => {
  if (value === null) return found === null || found === undefined;
  const wanted = storedValue(value);
  if (wanted instanceof Whole) return found instanceof Whole && found.text === wanted.text;
  return found === wanted;
};

/** Undefined when the two are not of one comparable type: then no comparison holds. */
const order = (found: StoredValue | undefined, value: number | string): number | undefined => {
  if (typeof found === 'number' && typeof value === 'number') return found - value;
  if (typeof found === 'string' && typeof value === 'string') return compareText(found, value);
  return undefined;
};

/** Whether a condition holds of an item, or of its absence. */
export const holds = (condition: Condition, item: StoredItem | undefined): boolean => {
  switch (condition.kind) {
    case 'exists':
      return item !== undefined;
    case 'absent':
      return item === undefined;
    case 'equals':
      return same(item?.values[condition.name], condition.value);
    case 'one-of':
      return condition.values.some((value) => same(item?.values[condition.name], value));
    case 'at-most':
      return (order(item?.values[condition.name], condition.value) ?? 1) <= 0;
    case 'at-least':
      return (order(item?.values[condition.name], condition.value) ?? -1) >= 0;
    case 'contains': {
      const found = item?.values[condition.name];
      return typeof found === 'string' && found.includes(condition.text);
    }
    case 'all':
      return condition.conditions.every((each) => holds(each, item));
    case 'any':
      return condition.conditions.some((each) => holds(each, item));
    case 'not':
      return !holds(condition.condition, item);
  }
};
