import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Condition } from '#ports/conditions';
import type { Action, Key } from '#ports/tables';
import { demandsAbsence, storedCondition } from '../packing/packed-conditions.ts';
import { storedFor, storedUpdate } from '../packing/packed-item.ts';
import { conditionText, Placeholders, updateText } from './expressions.ts';
import { encodeAttributes, encodeKey } from './items.ts';

/** One part of a transaction. @param prefix - what every table's name begins with */
export function transactItem(prefix: string, action: Action): TransactWriteItem {
  const to = new Placeholders();
  const where = { TableName: prefix + action.table };
  switch (action.kind) {
    case 'put':
      return {
        Put: {
          ...where,
          Item: encodeAttributes(storedFor(action.item)),
          ...conditionInput(action.item, action.condition, to),
        },
      };
    case 'delete':
      return {
        Delete: { ...where, Key: encodeKey(action.key), ...conditionInput(action.key, action.condition, to) },
      };
    case 'check': {
      const ConditionExpression = conditionText(storedCondition(action.key, action.condition), to);
      const ReturnValuesOnConditionCheckFailure = 'ALL_OLD';
      const Key = encodeKey(action.key);
      return {
        ConditionCheck: { ...where, Key, ConditionExpression, ReturnValuesOnConditionCheckFailure, ...to.inputs },
      };
    }
    case 'update': {
      const update = storedUpdate(action.key, action.update, demandsAbsence(action.condition));
      const UpdateExpression = updateText(update, to);
      if (UpdateExpression === undefined) throw new TypeError('an update inside a transaction changes something');
      const condition = conditionInput(action.key, action.condition, to);
      return { Update: { ...where, Key: encodeKey(action.key), UpdateExpression, ...condition, ...to.inputs } };
    }
  }
}

/** What a write has to hold, and what it is answered where that does not. */
export const conditionInput = (key: Key, condition: Condition | undefined, to: Placeholders) =>
  condition && {
    ConditionExpression: conditionText(storedCondition(key, condition), to),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    ...to.inputs,
  };
