import { CommandFailure, EXIT } from '#cli/deployment/failure';
import { sessionsOf } from './host-role.ts';

/** Who may read the queue of a host, and from where. */
export interface HostPolicyFacts {
  readonly queueArn: string;
  readonly account: string;
  /** `AROA…`, `AROA…:session` or `AIDA…`. */
  readonly principals: readonly string[];
}

const READ = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'];

/** Bytes of one condition's values, and of a queue's whole policy, beyond which the service refuses the policy. */
const MOST_CONDITION_BYTES = 4096;
const MOST_POLICY_BYTES = 8192;

/**
 * The policy of a host's queue: its principals read it, nobody uses it over plain transport. Principals are named by
 * their ids, since a role that is deleted and made anew under its old name is another one.
 */
export function hostQueuePolicy({ queueArn, account, principals }: HostPolicyFacts): object {
  const ids = principals.map(sessionsOf);
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'HostReads',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: READ,
        Resource: queueArn,
        Condition: { StringEquals: { 'aws:PrincipalAccount': account }, StringLike: { 'aws:userid': ids } },
      },
      {
        Sid: 'DenyPlainTransport',
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 'sqs:*',
        Resource: queueArn,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  };
  if (bytesOf(ids) > MOST_CONDITION_BYTES || bytesOf(policy) > MOST_POLICY_BYTES)
    throw new CommandFailure(
      `${principals.length} principals make a queue policy longer than SQS takes: register one role, whose sessions all count`,
      EXIT.usage,
    );
  return policy;
}

const bytesOf = (value: object): number => Buffer.byteLength(JSON.stringify(value));
