import { describe, expect, it } from 'vitest';
import { hostQueuePolicy } from '#cli/inventory/host-policy';
import type { Json } from '#ports/json';
import { ACCOUNT, queueArn } from './aws-requests.ts';
import { statementsOf } from './template-policies.ts';
import { isAllowed } from './verdicts.ts';

const HOST1 = 'AROAEXAMPLEEXAMPLE01';
const HOST2 = 'AROAEXAMPLEEXAMPLE02';

const policyOf = (host: string, ...principals: string[]): [string, ReturnType<typeof statementsOf>] => {
  const arn = queueArn(`cell-cell1-host-${host}`);
  const policy: Json = JSON.parse(JSON.stringify(hostQueuePolicy({ queueArn: arn, account: ACCOUNT, principals })));
  return [arn, statementsOf(policy)];
};

/** Hosts with a queue each; their roles have no policies of their own here. */
const policies = {
  roles: new Map(),
  resources: new Map([policyOf('host1', HOST1), policyOf('host2', `${HOST2}:i-0abc`)]),
};

const may = (userid: string, action: string, host: string, context: Readonly<Record<string, string>> = {}): boolean =>
  isAllowed(policies, 'host', {
    action: `sqs:${action}`,
    resource: queueArn(`cell-cell1-host-${host}`),
    context: { 'aws:userid': userid, ...context },
  });

describe("the policy of a host's queue", () => {
  it.each(['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes'])(
    'lets the principals of the host use it, whatever their own policies say: %s',
    (action) => {
      expect(may(`${HOST1}:anything`, action, 'host1')).toBe(true);
      expect(may(`${HOST2}:i-0abc`, action, 'host2')).toBe(true);
    },
  );

  it('lets no other host, session or account read it', () => {
    expect(may(`${HOST2}:i-0abc`, 'ReceiveMessage', 'host1')).toBe(false);
    expect(may(`${HOST1}:anything`, 'ReceiveMessage', 'host2')).toBe(false);
    expect(may(`${HOST2}:i-0def`, 'ReceiveMessage', 'host2')).toBe(false);
    expect(may(`${HOST1}:anything`, 'ReceiveMessage', 'host1', { 'aws:PrincipalAccount': '999999999999' })).toBe(false);
  });

  it('lets nobody send to it or change it, and nobody use it over plain transport', () => {
    expect(may(`${HOST1}:anything`, 'SendMessage', 'host1')).toBe(false);
    expect(may(`${HOST1}:anything`, 'SetQueueAttributes', 'host1')).toBe(false);
    expect(may(`${HOST1}:anything`, 'ReceiveMessage', 'host1', { 'aws:SecureTransport': 'false' })).toBe(false);
  });

  it('is refused where it is longer than SQS takes', () => {
    const sessions = Array.from({ length: 200 }, (_, at) => `${HOST1}:host-${at}`);
    const longest = sessions.slice(0, 100);

    expect(() => policyOf('host1', ...sessions)).toThrow('200 principals make a queue policy longer than SQS takes');
    expect(() => policyOf('host1', ...longest)).not.toThrow();
  });
});
