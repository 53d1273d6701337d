import { createServer } from 'node:http';
import { join } from 'node:path';
import type { Context } from 'aws-lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SystemClock } from '#adapters/system/clock';
import { randomIds } from '#adapters/system/ids';
import { TINY } from '#local/demo/flavors';
import { buildCommand } from '#local/demo/requests';
import { lambdaContext } from '#local/emulation/lambda-context';
import { listening } from '#local/emulation/loopback-server';
import type { Json, JsonMap } from '#ports/json';
import type { Notification } from '#ports/notifier';
import { requestEnvelope } from '#wire/envelope';
import { bundleOf } from '../../lib/constructs/bundle.ts';
import { deployed, type DeployedFunction } from '../fixtures/deployed/deployed.ts';
import { sqsRecord } from '../fixtures/endpoints/sqs-event.ts';

const CLOCK = new SystemClock();
const HOME_ROLE_ARN = 'arn:aws:iam::000000000000:role/nova-conductor-cell-cell1-object-rpc';

const NOTIFICATION: Notification = {
  family: 'versioned',
  eventType: 'instance.update',
  priority: 'INFO',
  publisherId: 'conductor:here',
  payload: {},
  messageId: 'm',
  timestamp: '2026-01-01 00:00:00',
};

const assumed = (): string => `<AssumeRoleResponse><AssumeRoleResult>
  <AssumedRoleUser><AssumedRoleId>AROAHOME:session</AssumedRoleId><Arn>arn</Arn></AssumedRoleUser>
  <Credentials><AccessKeyId>ASIAHOME</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
  <Expiration>${new Date(CLOCK.now() + 3_600_000).toISOString()}</Expiration></Credentials>
</AssumeRoleResult></AssumeRoleResponse>`;

const REFUSED = '<ErrorResponse><Error><Code>AccessDenied</Code><Message>x</Message></Error></ErrorResponse>';

let stop: (() => Promise<void>) | undefined;

afterEach(async () => {
  vi.unstubAllEnvs();
  await stop?.();
});

/** Every service in one: what is asked finds nothing. It notes by whose key each request is signed. */
async function startServices(refusals = 0): Promise<{ readonly endpoint: string; readonly signers: string[] }> {
  const signers: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const [, key = '', service = ''] =
      /Credential=(\w+)\/\d+\/[\w-]+\/(\w+)/u.exec(String(incoming.headers.authorization)) ?? [];
    signers.push(`${service} by ${key}`);
    incoming.resume().on('end', () => {
      const refused = service === 'sts' && signers.length <= refusals;
      const type = service === 'sts' ? 'text/xml' : 'application/json';
      outgoing.writeHead(refused ? 403 : 200, { 'content-type': type });
      outgoing.end(service === 'sts' ? (refused ? REFUSED : assumed()) : '{}');
    });
  });
  const started = await listening(server);
  ({ stop } = started);
  return { endpoint: started.endpoint, signers };
}

type Handler = (event: unknown, context: Context) => Promise<Json>;

const [FUNCTION] = deployed().functions.filter(({ name }) => name === 'nova-conductor-cell-cell1-object-rpc');

/** The environment of the object function of a cell in another account. */
function stubEnvironment(endpoint: string): DeployedFunction {
  if (FUNCTION === undefined) throw new Error('cell1 has no object function');
  const of: DeployedFunction = FUNCTION;
  const { ROLE_ID: _, ...environment } = of.environment;
  const account = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIAOWN',
    AWS_SECRET_ACCESS_KEY: 'own',
    AWS_LAMBDA_FUNCTION_NAME: of.name,
    AWS_ENDPOINT_URL: endpoint,
    HOME_ROLE_ARN,
  };
  for (const [variable, value] of Object.entries({ ...environment, ...account })) vi.stubEnv(variable, value);
  vi.resetModules();
  return of;
}

/** The bundle of that function. */
async function load(endpoint: string): Promise<(sender: string) => Promise<Json>> {
  const of = stubEnvironment(endpoint);
  const { handler }: { readonly handler: Handler } = await import(
    join(bundleOf('object-rpc/object-rpc.lambda.ts'), 'index.mjs')
  );
  return (sender) => {
    const made = sqsRecord(ping(), 0, { sender });
    const sent = { SenderId: `${sender}:session`, SentTimestamp: String(CLOCK.now()) };
    const event = { Records: [{ ...made, attributes: { ...made.attributes, ...sent } }] };
    return handler(event, lambdaContext(of.name, of, CLOCK));
  };
}

function ping(): string {
  const { context } = buildCommand({ ids: randomIds, clock: CLOCK }, { names: [], flavor: TINY, project: 'p' });
  const uniqueId = randomIds.uuid();
  return requestEnvelope({
    method: 'ping',
    namespace: 'baseapi',
    version: '1.1',
    args: { arg: 'x' },
    context,
    uniqueId,
  });
}

/** What a function counts while it does something. */
async function counted(run: () => Promise<unknown>): Promise<string[]> {
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await run();
  const lines = written.mock.calls.map(([line]): JsonMap => JSON.parse(String(line)));
  written.mockRestore();
  return lines.flatMap((line) => Object.keys(line)).filter((key) => key === 'unknown_senders');
}

describe('the object function of a cell in another account', () => {
  it('asks for its role at home once in its own name, and for all else in that role', async () => {
    const { endpoint, signers } = await startServices();
    const handle = await load(endpoint);

    await handle('AROAHOME');
    await handle('AROAHOME');

    const [first, ...others] = signers;
    expect(first).toBe('sts by AKIAOWN');
    expect(others.length).toBeGreaterThan(0);
    expect(others.filter((each) => !each.endsWith(' by ASIAHOME'))).toEqual([]);
  });

  it('asks every service in that role', async () => {
    const { endpoint, signers } = await startServices();
    stubEnvironment(endpoint);
    const { recordAdapters, sealerOf } = await import('#wiring');
    const adapters = recordAdapters('object-rpc');
    const { blobs, executions, notifier, queues, tables } = adapters;

    await Promise.allSettled([
      blobs.put('nova-conductor/queue/1', 'text'),
      executions.succeed('token', {}),
      notifier.notify(NOTIFICATION),
      queues.send('reply_1', { body: 'text' }),
      sealerOf(adapters).seal('text', 'binding'),
      tables.get('api', { pk: 'configuration', sk: 'configuration' }),
    ]);

    const services = ['dynamodb', 'events', 'kms', 's3', 'sqs', 'states'].map((service) => `${service} by ASIAHOME`);
    expect([...new Set(signers)].toSorted()).toEqual([...services, 'sts by AKIAOWN']);
  });

  it('knows its own messages by its role at home, and not by the one that it has in its account', async () => {
    const { endpoint } = await startServices();
    const handle = await load(endpoint);

    const own = await counted(() => handle('AROAHOME'));
    const other = await counted(() => handle('AROAOWN'));

    expect(own).toEqual([]);
    expect(other).toEqual(['unknown_senders']);
  });

  it('handles no message before it is let into its role, and the next one once it is', async () => {
    const { endpoint, signers } = await startServices(1);
    const handle = await load(endpoint);

    const refused = handle('AROAHOME');

    await expect(refused).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(signers).toEqual(['sts by AKIAOWN']);
    expect(await handle('AROAHOME')).toMatchObject({ batchItemFailures: [] });
  });
});
