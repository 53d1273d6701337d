/** A request to the tables as DynamoDB bills it: a batch, a page and a transaction count one each. */
export type TableOperation =
  | 'GetItem'
  | 'BatchGetItem'
  | 'Query'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'TransactWriteItems';

/** Called with every request before it is made, so that tests can hold budgets. */
export type OnRequest = (operation: TableOperation) => void;
