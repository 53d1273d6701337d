import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { SystemClock } from '#adapters/system/clock';
import { randomIds } from '#adapters/system/ids';
import { buildCommand } from '#local/demo/requests';
import { TINY } from '#local/demo/flavors';
import { emulatedPlatform, type EmulatedPlatform } from '#local/emulation/emulated-platform';
import { lambdaContext } from '#local/emulation/lambda-context';
import { seedCells } from '#local/emulation/seed';
import type { Json, JsonMap } from '#ports/json';
import { MAPPINGS } from '#records/keys';
import { principalItem } from '#records/principals';
import { parseEnvelope, requestEnvelope } from '#wire/envelope';
import { bundleOf } from '../../lib/constructs/bundle.ts';
import { deployed, lambdaFiles, type DeployedFunction } from '../fixtures/deployed/deployed.ts';
import { startFakeEndpoint, type FakeEndpoint } from '../fixtures/endpoints/fake-endpoint.ts';
import { sqsRecord } from '../fixtures/endpoints/sqs-event.ts';
import { urlEvent } from '../fixtures/endpoints/url-event.ts';
import { nameOf, resourcesOf, templatesWith } from './synthesised.ts';

const CELLS = ['cell1', 'cell2'].map((name, at) => ({ name, uuid: `${at + 1}1111111-1111-4111-8111-111111111111` }));
const REPLIES = 'reply_deployed';
const CLOCK = new SystemClock();
const GONE = '99999999-9999-4999-8999-999999999999';
const CELL = { cell: 'cell1', cell_uuid: CELLS[0]?.uuid ?? '' };
const TARGETED = { server: GONE, request: 'request-1', request_id: 'req-1', ...CELL, host: 'host1', node: 'host1' };

/** Nothing answers there: the schedule sends its pulse by the address at which a function URL was asked. */
const NOBODY = '127.0.0.1:9';
const ANSWERED = { ...TARGETED, ask_seconds: 60, source_host: 'host1' };

/** Left of an invocation that is about to be ended by Lambda. */
const FEW_MS = 2;

const BUNDLES = mkdtempSync(join(tmpdir(), 'bundles-'));

let platform: EmulatedPlatform;
let services: FakeEndpoint;

beforeAll(async () => {
  platform = await emulatedPlatform({ deployment: 'nova-conductor', cells: ['cell0', 'cell1', 'cell2'] });
  const { tables } = platform.adapters;
  await seedCells({ tables, clock: CLOCK }, CELLS);
  await tables.put(MAPPINGS, principalItem({ principal: 'AROApublisher', role: 'publisher', hosts: [] }));
  await platform.bus.createQueue(REPLIES);
  const key = Buffer.alloc(32, 7).toString('base64');
  services = await startFakeEndpoint(({ operation }) =>
    operation === 'GenerateDataKey'
      ? { KeyId: 'seal', Plaintext: key, CiphertextBlob: key }
      : { executionArn: 'arn:aws:states:us-east-1:000000000000:execution:build:1', startDate: 0 },
  );
});

afterAll(async () => {
  await services.stop();
  await platform.stop();
  rmSync(BUNDLES, { recursive: true });
});

afterEach(() => {
  vi.unstubAllEnvs();
});

type Handler = (event: unknown, context: Context) => Promise<Json>;

/** Loads a deployed file as Lambda does: its environment is there before its first line runs. */
async function load({ file, name, environment, memoryMb }: DeployedFunction): Promise<Handler> {
  const { dynamodbEndpoint, sqsEndpoint } = platform.emulators;
  const account = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_ENDPOINT_URL: services.config.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodbEndpoint,
    AWS_ENDPOINT_URL_SQS: sqsEndpoint,
  };
  for (const [variable, value] of Object.entries({ ...account, ...environment })) vi.stubEnv(variable, value);
  vi.resetModules();
  const { handler }: { readonly handler: Handler } = await import(file);
  return handler;
}

const contextOf = (of: DeployedFunction): Context => lambdaContext(of.name, of, CLOCK);

function deployedFunction(part: string): DeployedFunction {
  const of = deployed().functions.find(({ name }) => name === `nova-conductor-${part}`);
  if (of === undefined) throw new Error(`no function ${part} is deployed`);
  return of;
}

/** The context of an invocation that has used up its time. */
const nearTimeout = (of: DeployedFunction): Context => ({
  ...contextOf(of),
  getRemainingTimeInMillis: () => FEW_MS,
});

/** A message of a publisher that the deployment knows. */
const record = (body: string) => {
  const made = sqsRecord(body, 0, { sender: 'AROApublisher' });
  const sent = { SenderId: 'AROApublisher:session', SentTimestamp: String(CLOCK.now()) };
  return { Records: [{ ...made, attributes: { ...made.attributes, ...sent } }] };
};

function buildRequest() {
  const { context, args } = buildCommand(
    { ids: randomIds, clock: CLOCK },
    { names: ['vm1'], flavor: TINY, project: 'p' },
  );
  const { request_spec, ...rest } = args;
  const body = requestEnvelope({
    method: 'schedule_and_build_instances',
    namespace: 'compute_task',
    version: '1.17',
    args: { ...rest, request_specs: request_spec, tags: null },
    context,
    uniqueId: randomIds.uuid(),
  });
  return record(body);
}

/** A call that a function at API level answers as well as one of a cell. */
const ping = () => record(pingBody());

/** The same by a function URL. */
const posted = () => urlEvent(pingBody(), { userId: 'AROApublisher:session', at: CLOCK.now(), domain: NOBODY });

function pingBody(): string {
  const { context } = buildCommand({ ids: randomIds, clock: CLOCK }, { names: [], flavor: TINY, project: 'p' });
  const messageId = randomIds.uuid();
  return requestEnvelope({
    method: 'ping',
    namespace: 'baseapi',
    version: '1.1',
    args: { arg: 'deployed' },
    context,
    uniqueId: messageId,
    reply: { queue: REPLIES, messageId },
  });
}

/** The next answer in the reply queue. */
async function nextReply(): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const reader = platform.bus.read(REPLIES, async ({ body }) => resolve(body));
  const reply = parseEnvelope(await promise);
  await reader.stop();
  return reply;
}

const step = (name: string, state: JsonMap) => ({ step: name, execution: 'execution-1', state });
const OVER = { verdict: 'settled', outcome: 'deleted' };

/**
 * An event for each function, by the end of its name, with what it answers. Each has to ask a service for something.
 */
const EVENTS: readonly (readonly [end: string, event: () => unknown, answer: object])[] = [
  ['task-rpc', buildRequest, { batchItemFailures: [] }],
  ['object-rpc', ping, { batchItemFailures: [] }],
  ['object-url', posted, { statusCode: 200 }],
  ['reconciler', () => ({ source: 'aws.events' }), { leave: 0, settle: 0, relaunch: 0, report: 0, release: 0 }],
  ['build', () => step('undo-select-destinations', { request: 'request-1', request_id: 'req-1', uuids: [GONE] }), {}],
  ['launch', () => step('check-host', { ...TARGETED, attempt: 1 }), OVER],
  ['attach-volume', () => step('keep-device', { ...TARGETED, ask_seconds: 60 }), { outcome: 'ask' }],
  ['cache-images', () => step('look-at-host', { host: 'host1', cell: 'cell1' }), { outcome: 'skipped' }],
  ['cold-migrate', () => step('check-hosts', { ...TARGETED, attempt: 1, source_host: 'host2', migration: GONE }), OVER],
  ['confirm-across-cells', () => step('keep-confirmation', ANSWERED), { outcome: 'ask' }],
  ['revert-across-cells', () => step('keep-start', ANSWERED), { outcome: 'ask' }],
  ['cross-cell-resize', () => step('keep-departure', { ...TARGETED, ask_seconds: 60 }), { outcome: 'ask' }],
  ['live-migrate', () => step('check-hosts', { ...TARGETED, source_host: 'host2', migration: GONE }), OVER],
  ['rebuild', () => step('check-host', TARGETED), OVER],
  ['unshelve', () => step('check-host', TARGETED), OVER],
];

const CASES = deployed().functions.map((of) => {
  const [, event = () => ({}), answer = {}] = EVENTS.find(([end]) => of.name.endsWith(`-${end}`)) ?? [];
  return [of.name, of, event, answer] as const;
});

/** Functions with the entry of each, relative to functions/. */
const BUNDLED = [
  ['task-rpc', 'task-rpc/task-rpc.lambda.ts'],
  ['object-rpc', 'object-rpc/object-rpc.lambda.ts'],
  ['cell-cell1-object-url', 'object-rpc/object-url.lambda.ts'],
  ['reconciler', 'reconciler/reconciler.lambda.ts'],
  ['live-migrate', 'workflows/live-migrate/live-migrate.lambda.ts'],
] as const;

/** What a stranger sends to either way of the object calls is counted at once. */
const STRANGERS = {
  'object-rpc': () => ({ Records: [sqsRecord(pingBody(), 0, { sender: 'AROAstranger' })] }),
  'object-url': () => urlEvent(pingBody(), { userId: 'AROAstranger:session', at: CLOCK.now(), domain: NOBODY }),
};

/** The service under which alarms look for what the functions of cells count. */
const watchedServices = new Set(
  resourcesOf(templatesWith().api, 'AWS::CloudWatch::Alarm')
    .filter((alarm) => /-(?:given-up-calls|second-guests)$/u.test(nameOf(alarm, 'AlarmName')))
    .map(({ Properties }) => JSON.stringify(Properties?.['Dimensions'])),
);

/** A workflow's function fails by Nova's own error where a request has no documents. */
const FAILING = [
  ['build', 'recheck-quota'],
  ['launch', 'commit-to-cell'],
] as const;

describe('a handler in the environment of its template', () => {
  it('is that of every deployed file', () => {
    const files = deployed().functions.map(({ file }) => file);

    expect(lambdaFiles().filter((file) => !files.includes(file))).toEqual([]);
  });

  it.each(CASES)('of %s answers an event with all of its time left', async (_name, of, event, answer) => {
    const handler = await load(of);

    const answered = await handler(event(), contextOf(of));

    expect(answered).toMatchObject(answer);
  });

  it.each(BUNDLED)('of %s answers the same as a bundle', async (part, entry) => {
    const of = deployedFunction(part);
    const [, event, answer] = EVENTS.find(([end]) => part.endsWith(end)) ?? [part, () => ({}), {}];
    const handler = await load({ ...of, file: join(bundleOf(entry, BUNDLES), 'index.mjs') });

    const answered = await handler(event(), contextOf(of));

    expect(answered).toMatchObject(answer);
  });

  it.each(CASES)('of %s works on near its time-out: Lambda alone ends it', async (_name, of, event, answer) => {
    const handler = await load(of);

    const answered = await handler(event(), nearTimeout(of));

    expect(answered).toMatchObject(answer);
  });

  it('of a conductor queue answers its caller near its time-out', async () => {
    const of = deployedFunction('object-rpc');
    const handler = await load(of);
    await platform.bus.deleteQueue(REPLIES);
    await platform.bus.createQueue(REPLIES);

    await handler(ping(), nearTimeout(of));

    const result = { service: 'conductor', arg: 'deployed' };
    expect(await nextReply()).toMatchObject({ kind: 'reply', result, failure: null });
  });

  it('of the compute-task queue starts the workflow of a request near its time-out', async () => {
    const of = deployedFunction('task-rpc');
    const handler = await load(of);
    const before = services.requests.length;

    await handler(buildRequest(), nearTimeout(of));

    expect(services.requests.slice(before).map(({ operation }) => operation)).toContain('StartExecution');
  });

  it.each(Object.entries(STRANGERS))('of a cell counts what %s is sent where alarms look', async (end, event) => {
    const of = deployedFunction(`cell-cell1-${end}`);
    const handler = await load(of);
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);

    await handler(event(), contextOf(of));

    const lines = written.mock.calls.map(([line]): JsonMap => JSON.parse(String(line)));
    written.mockRestore();
    const [counted] = lines.filter((line) => line['unknown_senders'] !== undefined);
    expect([...watchedServices]).toEqual([JSON.stringify([{ Name: 'service', Value: counted?.['service'] }])]);
  });

  it.each(FAILING)('of %s fails by the name of its error near its time-out', async (workflow, name) => {
    const of = deployedFunction(workflow);
    const handler = await load(of);
    const event = step(name, { request: 'none', request_id: 'req-1', server: GONE, uuids: [GONE], entry: 'existing' });

    const failing = handler(event, nearTimeout(of));

    await expect(failing).rejects.toMatchObject({ name: 'RequestDocumentNotFound' });
  });
});
