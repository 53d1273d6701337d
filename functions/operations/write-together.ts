import { ConditionFailed, TransactionRefused, type Action, type Tables } from '#ports/tables';

type Writing = Pick<Tables, 'delete' | 'put' | 'transact' | 'update'>;

/**
 * Writes all or nothing. One action alone is a write of its own, which costs half of a transaction; when its answer
 * gets lost on the way, the client's own repeat may find its condition broken by itself. So this is for writes that are
 * known again by what they wrote.
 *
 * @throws TransactionRefused when a condition does not hold
 */
export async function writeTogether(tables: Writing, actions: readonly Action[]): Promise<void> {
  const [only, ...others] = actions;
  if (only === undefined || others.length > 0 || only.kind === 'check') return tables.transact(actions);
  try {
    await alone(tables, only);
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    throw new TransactionRefused([{ item: error.item }]);
  }
}

async function alone(tables: Writing, action: Exclude<Action, { kind: 'check' }>): Promise<void> {
  if (action.kind === 'put') await tables.put(action.table, action.item, action.condition);
  else if (action.kind === 'delete') await tables.delete(action.table, action.key, action.condition);
  else await tables.update(action.table, action.key, action.update, action.condition);
}
