/* Actions of IAM, together as ports grant them. */

const onItems = (...names: readonly string[]): readonly string[] => names.map((name) => `dynamodb:${name}`);

export const GET = onItems('GetItem');
export const BATCH = onItems('BatchGetItem');
/** Items by their keys. */
export const READ = [...GET, ...BATCH];
/** A partition, of a table or of an index. */
export const QUERY = onItems('Query');
export const UPDATE = onItems('UpdateItem');
export const PUT = onItems('PutItem');
export const DELETE = onItems('DeleteItem');
/** What a transaction looks at without writing it: only hosts' calls have such, in the table of their cell. */
export const CHECK = onItems('ConditionCheckItem');
export const SUCCEED = ['states:SendTaskSuccess'];
export const FAIL = ['states:SendTaskFailure'];
export const SETTLE = [...SUCCEED, ...FAIL];
/** What Lambda needs of a queue in the name of a function. */
export const RECEIVE = ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'];
/** A message comes again later. */
export const POSTPONE = ['sqs:ChangeMessageVisibility'];
export const CONSUME = [...POSTPONE, ...RECEIVE];
export const OPEN = 'kms:Decrypt';
export const SEAL = 'kms:GenerateDataKey';
