import { all, any, equals, type Condition } from '#ports/conditions';
import { COMPARED, isPackedAttribute, isPackedItem } from '#ports/packed-attributes';
import type { Key } from '#ports/tables';
import { digestOf } from './packed-item.ts';

/**
 * A condition as a server's item can be held to it: of a packed attribute its digest is compared.
 *
 * @throws TypeError for one that looks at a packed attribute without a digest
 */
export function storedCondition(key: Key, condition: Condition): Condition {
  return isPackedItem(key) ? translated(condition) : condition;
}

function translated(condition: Condition): Condition {
  switch (condition.kind) {
    case 'exists':
    case 'absent':
      return condition;
    case 'all':
    case 'any':
      return { ...condition, conditions: condition.conditions.map(translated) };
    case 'not':
      return { ...condition, condition: translated(condition.condition) };
    case 'equals':
      return isPackedAttribute(condition.name) ? compared(condition) : condition;
    case 'at-least':
    case 'at-most':
    case 'contains':
    case 'one-of':
      if (isPackedAttribute(condition.name)) throw unseen(condition.name);
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
