import { all, any, equals, type Condition } from '#ports/conditions';
import { COMPARED, deflatedAttributes, packedAttributes } from '#ports/packed-attributes';
import type { Key } from '#ports/tables';
import { digestOf } from './packed-item.ts';
import { hasShortNames, shortName } from './short-names.ts';

/**
 * A condition as an item can be held to it: of a packed attribute its digest is compared.
 *
 * @throws TypeError for one that looks at a packed attribute without a digest
 */
export function storedCondition(key: Key, condition: Condition): Condition {
  const packed = packedAttributes(key);
  if (packed !== undefined) {
    const translation = translated(condition, packed);
    return hasShortNames(key) ? shortened(translation) : translation;
  }
  const names = deflatedAttributes(key);
  if (names.size > 0) mustSee(condition, names);
  return condition;
}

/** A condition on the names under which attributes are stored. */
function shortened(condition: Condition): Condition {
  if ('conditions' in condition) return { ...condition, conditions: condition.conditions.map(shortened) };
  if (condition.kind === 'not') return { ...condition, condition: shortened(condition.condition) };
  return 'name' in condition ? { ...condition, name: shortName(condition.name) } : condition;
}

/** Whether there is a deflated attribute can be seen, and nothing else of it. */
function mustSee(condition: Condition, names: ReadonlySet<string>): void {
  if ('conditions' in condition) for (const each of condition.conditions) mustSee(each, names);
  else if (condition.kind === 'not') mustSee(condition.condition, names);
  else if (
    'name' in condition &&
    names.has(condition.name) &&
    !(condition.kind === 'equals' && condition.value === null)
  )
    throw unseen(condition.name);
}

function translated(condition: Condition, packed: ReadonlySet<string>): Condition {
  switch (condition.kind) {
    case 'exists':
    case 'absent':
      return condition;
    case 'all':
    case 'any':
      return { ...condition, conditions: condition.conditions.map((each) => translated(each, packed)) };
    case 'not':
      return { ...condition, condition: translated(condition.condition, packed) };
    case 'equals':
      return packed.has(condition.name) ? compared(condition) : condition;
    case 'at-least':
    case 'at-most':
    case 'contains':
    case 'one-of':
      if (packed.has(condition.name)) throw unseen(condition.name);
      return condition;
  }
}

const unseen = (name: string): TypeError => new TypeError(`${name} is packed: no condition can look at it`);

/** An item of an earlier release has the value itself and no digest. */
function compared({ name, value }: Extract<Condition, { kind: 'equals' }>): Condition {
  const digest = COMPARED[name];
  if (digest === undefined) throw unseen(name);
  const whole = equals(name, value);
  if (value === null) return all(equals(digest, null), whole);
  return any(equals(digest, digestOf(value)), all(equals(digest, null), whole));
}

/** Whether a write happens only where there is no item. */
export const demandsAbsence = (condition: Condition | undefined): boolean =>
  condition?.kind === 'absent' || (condition?.kind === 'all' && condition.conditions.some(demandsAbsence));
