import type { Services } from '#ports/services';
import { TransactionRefused, type Action } from '#ports/tables';

/** Writes all of it, unless a condition says that it has been written before. */
export async function transactOnce(services: Pick<Services, 'tables'>, actions: readonly Action[]): Promise<void> {
  try {
    await services.tables.transact(actions);
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
  }
}
