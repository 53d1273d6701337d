import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  type CancellationReason,
} from '@aws-sdk/client-dynamodb';
import { ItemTooLarge, TableThrottled, TransactionConflict, TransactionRefused } from '#ports/tables';
import { isTransientCode, transientAs, unavailable } from '../transient-errors.ts';
import { decodeItem } from './items.ts';

const SERVICE = 'DynamoDB';

const CONFLICTS = new Set(['TransactionConflictException', 'TransactionInProgressException']);

/** How the service words that an item would be too large, in a write of its own and in a transaction. */
const TOO_LARGE = /item size/iu;

/** The port's error for an error of the SDK; anything that no caller can act on stays as it is. */
export const translated = (error: unknown): unknown => {
  if (!(error instanceof Error) || error instanceof ConditionalCheckFailedException) return error;
  if (error instanceof TransactionCanceledException) return cancelled(error, error.CancellationReasons ?? []);
  if (CONFLICTS.has(error.name)) return new TransactionConflict(error.message, { cause: error });
  if (error.name === 'ValidationException' && TOO_LARGE.test(error.message))
    return new ItemTooLarge(error.message, { cause: error });
  return transientAs(SERVICE, TableThrottled, error);
};

/**
 * A conflict or throttling is reported before a refusal: the transaction has not been judged as a whole then, and a
 * refusal must mean that nothing but conditions stood against it.
 */
const cancelled = (error: TransactionCanceledException, reasons: readonly CancellationReason[]): unknown => {
  const codes = new Set(reasons.map((reason) => reason.Code));
  if (codes.has('TransactionConflict')) return new TransactionConflict(error.message, { cause: error });
  const throttled = [...codes].find(isTransientCode);
  if (throttled !== undefined) return new TableThrottled(unavailable(SERVICE, throttled), { cause: error });
  const large = reasons.find(({ Code, Message = '' }) => Code === 'ValidationError' && TOO_LARGE.test(Message));
  if (large !== undefined) return new ItemTooLarge(large.Message ?? error.message, { cause: error });
  if (!codes.has('ConditionalCheckFailed')) return error;
  return new TransactionRefused(
    reasons.map((reason) =>
      reason.Code === 'ConditionalCheckFailed'
        ? { item: reason.Item && Object.keys(reason.Item).length > 0 ? decodeItem(reason.Item) : undefined }
        : undefined,
    ),
  );
};
