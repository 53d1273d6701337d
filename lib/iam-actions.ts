/* Actions of IAM, together as ports grant them. */

export const READ = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:ConditionCheckItem'];
export const WRITE = [...READ, 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'];
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
