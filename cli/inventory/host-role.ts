import { cellQueue, hostQueue } from '#ports/host-queue';
import type { JsonMap } from '#ports/json';
import { replyPrefix } from '#ports/reply-queue';

/** Whose role it is, and where. */
export interface HostRoleFacts {
  readonly deployment: string;
  readonly account: string;
  readonly host: string;
  readonly cell: string;
  /** As they are registered. */
  readonly principals: readonly string[];
  /** Whether the deployment offers direct calls. */
  readonly directCalls: boolean;
  /** The address of something of the deployment's account and region. */
  readonly arn: (service: string, resource: string) => string;
}

const READ = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'];

/** What `aws:userid` may be in the name of a principal: a role has sessions, a user has none. */
export const sessionsOf = (principal: string): string =>
  principal.includes(':') || principal.startsWith('AIDA') ? principal : `${principal}:*`;

/**
 * The policy that the role of a host needs, and nothing else: it sends to the conductor of its cell, to the queue of
 * reschedules, and to other hosts of its cell for moves; it reads its own queue and its own reply queues.
 *
 * What is read is bound to the session besides: where hosts share a role they have one another's policies.
 */
export function hostRolePolicy(facts: HostRoleFacts): JsonMap {
  const { deployment, cell, host, principals, directCalls, arn } = facts;
  const queue = (name: string): string => arn('sqs', `${deployment}-${name}`);
  const own = hostQueue(cell, host);
  const url = [arn('lambda', `function:${deployment}-cell-${cell}-object-url:live`)];
  const ofOthers = [`${hostQueue(cell, '')}*`, 'reply_*_*'];
  return {
    Version: '2012-10-17',
    Statement: [
      allow('AskConductor', 'sqs:SendMessage', [cellQueue(cell), 'compute-task'].map(queue)),
      allow('MoveServers', 'sqs:SendMessage', ofOthers.map(queue)),
      ...principals.flatMap((principal, at) => {
        const replies = `${replyPrefix(principal)}*`;
        return [
          allow(`TakeOrders${at}`, READ, [queue(own)], session(principal)),
          allow(
            `OwnReplies${at}`,
            ['sqs:CreateQueue', ...READ, 'sqs:DeleteQueue'],
            [queue(replies)],
            session(principal),
          ),
          allow(
            `LongMessages${at}`,
            's3:GetObject',
            [own, replies].map((name) => payloads(facts, name)),
            session(principal),
          ),
        ];
      }),
      allow(
        'SendLongMessages',
        's3:PutObject',
        [cellQueue(cell), 'compute-task', ...ofOthers].map((name) => payloads(facts, name)),
      ),
      // Both are needed for a function URL. Without the second condition a host could invoke the function with an event
      // of its own making, in which it is whoever it likes.
      ...(directCalls
        ? [
            allow('AskDirectly', 'lambda:InvokeFunctionUrl', url, {
              StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' },
            }),
            allow('ThroughTheUrlAlone', 'lambda:InvokeFunction', url, {
              Bool: { 'lambda:InvokedViaFunctionUrl': 'true' },
            }),
          ]
        : []),
      allow('DataKey', ['kms:Decrypt', 'kms:GenerateDataKey'], [arn('kms', 'key/*')], {
        'ForAnyValue:StringEquals': { 'kms:ResourceAliases': `alias/${deployment}-data` },
      }),
    ],
  };
}

const session = (principal: string): JsonMap => ({ StringLike: { 'aws:userid': sessionsOf(principal) } });

const payloads = ({ arn, account, deployment }: HostRoleFacts, queue: string): string =>
  `${arn('s3', '').split(':').slice(0, 3).join(':')}:::${deployment}-messages-${account}/${deployment}/${queue}/*`;

const allow = (Sid: string, Action: string | string[], Resource: string[], Condition?: JsonMap): JsonMap => ({
  Sid,
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});
