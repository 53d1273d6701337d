import { all, any, atLeast, atMost, equals, oneOf, type Condition } from '#ports/conditions';
import type { Inventory, Provider, Resources } from '#ports/placement';
import type { Attributes } from '#ports/tables';

/**
 * Units of inventories: the amounts that one consumer may claim, whatever is free. A provider's item holds them in
 * attributes of their own, as far as they limit anything, so that the write of a claim decides without a read.
 */

/** What Placement takes for units that nobody gave. */
const LARGEST_AMOUNT = 2_147_483_647;

/** Values that one comparison takes (DynamoDB's `IN`). */
const MOST_VALUES = 100;

const attribute = (unit: 'min' | 'max' | 'step', resourceClass: string): string => `${unit}:${resourceClass}`;

/** The units of an inventory, those that it leaves out included. */
const unitsOf = ({ minUnit = 1, maxUnit = LARGEST_AMOUNT, stepSize = 1 }: Inventory) => ({
  minUnit,
  maxUnit,
  stepSize,
});

/** Whether an amount is one that an inventory gives to one consumer. */
export function fitsUnits(inventory: Inventory, amount: number): boolean {
  const { minUnit, maxUnit, stepSize } = unitsOf(inventory);
  return amount >= minUnit && amount <= maxUnit && amount % stepSize === 0;
}

/** The attributes that limit claims on a provider, and those that an earlier report of it may have left. */
export function unitAttributes({ inventories }: Pick<Provider, 'inventories'>): {
  readonly set: Attributes;
  readonly remove: readonly string[];
} {
  const limits = Object.entries(inventories).flatMap(([name, inventory]) => {
    const { minUnit, maxUnit, stepSize } = unitsOf(inventory);
    return [
      { key: attribute('min', name), value: minUnit, limits: minUnit > 1 },
      { key: attribute('max', name), value: maxUnit, limits: maxUnit < LARGEST_AMOUNT },
      { key: attribute('step', name), value: stepSize, limits: stepSize > 1 },
    ];
  });
  return {
    set: Object.fromEntries(limits.filter((each) => each.limits).map(({ key, value }) => [key, value])),
    remove: limits.filter((each) => !each.limits).map(({ key }) => key),
  };
}

/** What must hold of a provider's item before each of these claims, by different consumers, is made on it. */
export function unitCondition(claims: readonly Resources[]): Condition {
  const names = new Set(claims.flatMap((claim) => Object.keys(claim)));
  return all(
    ...[...names].flatMap((name) => {
      const amounts = claims.flatMap((claim) => claim[name] ?? []);
      const [min, max, step] = [attribute('min', name), attribute('max', name), attribute('step', name)];
      return [
        any(equals(max, null), atLeast(max, Math.max(...amounts))),
        any(equals(min, null), atMost(min, Math.min(...amounts))),
        oneOf(step, [null, ...divisors(amounts.reduce(greatestCommonDivisor)).slice(0, MOST_VALUES - 1)]),
      ];
    }),
  );
}

const greatestCommonDivisor = (left: number, right: number): number =>
  right === 0 ? left : greatestCommonDivisor(right, left % right);

function divisors(amount: number): number[] {
  const root = Math.floor(Math.sqrt(Math.min(amount, LARGEST_AMOUNT)));
  const small = Array.from({ length: root }, (_, at) => at + 1).filter((each) => amount % each === 0);
  return [...new Set([...small, ...small.map((each) => amount / each)])].toSorted((left, right) => left - right);
}
