import { describe, expect, it } from 'vitest';
import { clientsAt } from '#cli/deployment/clients';
import { runProbes } from '#cli/verify/run-probes';
import { ManualClock } from '../../fixtures/manual-clock.ts';

/** Probes in a region, with the hosts and inputs of all that they ask: queues, roles and a function alone are made. */
async function probed(partition: string, region: string, suffix: string) {
  const hosts: string[] = [];
  const inputs: string[] = [];
  const requestHandler = {
    handle: async ({ hostname }: { readonly hostname: string }) => {
      hosts.push(hostname);
      throw Object.assign(new Error('seen'), { name: 'AccessDenied' });
    },
  };
  const place = {
    deployment: 'verify',
    endpoint: 'account',
    account: '123456789012',
    partition,
    region,
    queueUrlBase: `https://sqs.${region}.${suffix}/123456789012/`,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  const outputs = new Map<string, object>([
    ['CreateQueueCommand', { QueueUrl: `${place.queueUrlBase}p-queue` }],
    ['GetQueueAttributesCommand', { Attributes: { QueueArn: `arn:${partition}:sqs:${region}:1:q` } }],
    ['CreateRoleCommand', { Role: { Arn: `arn:${partition}:iam::1:role/r` } }],
    ['PutRolePolicyCommand', {}],
    ['CreateFunctionCommand', { FunctionArn: `arn:${partition}:lambda:${region}:1:function:f` }],
    ['GetFunctionConfigurationCommand', { State: 'Active' }],
  ]);
  const clients = clientsAt(place, requestHandler);
  const made = (input: object, { commandName = '' }: { readonly commandName?: string }) => {
    inputs.push(JSON.stringify(input));
    const output = outputs.get(commandName);
    return output === undefined ? undefined : { response: {}, output: { $metadata: {}, ...output } };
  };
  const first = { step: 'initialize' } as const;
  const { iam, lambda, sfn, sqs } = clients;
  iam.middlewareStack.add((next, context) => async (args) => made(args.input, context) ?? next(args), first);
  lambda.middlewareStack.add((next, context) => async (args) => made(args.input, context) ?? next(args), first);
  sfn.middlewareStack.add((next, context) => async (args) => made(args.input, context) ?? next(args), first);
  sqs.middlewareStack.add((next, context) => async (args) => made(args.input, context) ?? next(args), first);
  const clock = new ManualClock();
  const pause = async (milliseconds: number): Promise<boolean> => {
    clock.pass(Math.max(milliseconds / 1000, 60));
    return true;
  };
  const at = {
    clients,
    clock,
    partition,
    region,
    account: place.account,
    prefix: 'p',
    at: {},
    readJson: async () => ({}),
    pause,
  };
  const report = await runProbes(at, [], () => undefined);
  clients.close();
  return { hosts, arns: new Set(inputs.flatMap((input) => input.match(/arn:[a-z-]+(?=:)/gu) ?? [])), report };
}

describe('conductor verify', { timeout: 30_000 }, () => {
  it.each([
    ['aws-cn', 'cn-north-1', 'amazonaws.com.cn'],
    ['aws-us-gov', 'us-gov-west-1', 'amazonaws.com'],
    ['aws', 'eu-west-1', 'amazonaws.com'],
  ])('in %s asks endpoints and names addresses of that partition alone', async (partition, region, suffix) => {
    const { hosts, arns, report } = await probed(partition, region, suffix);

    expect(report.verdicts.find(({ id }) => id === 'sqs-queue-url')).toMatchObject({ outcome: 'holds' });
    expect([...arns]).toEqual([`arn:${partition}`]);
    expect(hosts.length).toBeGreaterThan(3);
    expect(hosts.filter((host) => !host.endsWith(suffix))).toEqual([]);
  });
});
