/* Actions of IAM, together as ports grant them. */

export const READ = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'];
export const WRITE = [...READ, 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'];
/** What a transaction looks at without writing it: only hosts' calls have such, in the table of their cell. */
export const CHECK = ['dynamodb:ConditionCheckItem'];
/** An index is queried, and nothing else. */
export const QUERY = ['dynamodb:Query'];
export const SETTLE = ['states:SendTaskSuccess', 'states:SendTaskFailure'];
export const CONSUME = [
  'sqs:ChangeMessageVisibility',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:ReceiveMessage',
];
export const OPEN = 'kms:Decrypt';
export const SEAL = 'kms:GenerateDataKey';
