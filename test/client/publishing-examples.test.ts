import { execFile, spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomIds } from '#adapters/system/ids';
import { SystemClock } from '#adapters/system/clock';
import { checkArguments } from '#client/check-arguments';
import { scheduleAndBuildInstances } from '#client/compute-task-messages';
import { LOCAL } from '#cli/deployment/local-file';
import type { JsonMap } from '#ports/json';
import { buildCommand } from '#local/demo/requests';
import { createQueue, startSqs, type SqsEmulator } from '#local/emulation/sqs-emulator';
import { exampleOf, examplesOf } from '../documents/examples.ts';
import { parseEnvelope, requestEnvelope, type RpcRequest } from '#wire/envelope';

const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'serverless-conductor');
const QUEUE = 'compute-task';

/** The first of several programs that does what is asked of it; says so where there is none. */
function program(what: string, paths: readonly string[], ...probe: readonly string[]): string | undefined {
  const found = paths.find((path) => spawnSync(path, probe, { encoding: 'utf8' }).status === 0);
  if (found === undefined) console.warn(`SKIPPED: ${what} is not on this machine, so its example is not run`);
  return found;
}

// The one that takes an endpoint from its environment, since 1.28.
const BOTO3 = 'import boto3; assert [int(part) for part in boto3.__version__.split(".")[:2]] >= [1, 28]';
const python = program('a Python with boto3', ['python3', ...globSync(`${CACHE}/*/*/bin/python`)], '-c', BOTO3);
const aws = program('the AWS CLI', ['aws', join(CACHE, 'aws-cli', 'bin', 'aws')], '--version');

/** The one block of a language in the page for publishers. */
const example = (language: string): string =>
  examplesOf('docs/publishing.md').find((each) => each.language === language)?.text ?? '';

let emulator: SqsEmulator;
let client: SQSClient;
let folder: string;
let body: string;
let commandId: string | undefined;

beforeAll(async () => {
  emulator = await startSqs();
  client = new SQSClient({ ...LOCAL, endpoint: emulator.endpoint });
  await createQueue(client, 'nova-conductor', QUEUE);
  folder = mkdtempSync(join(tmpdir(), 'publishing-'));
  const flavor = { id: 1, name: 'm1.tiny', vcpus: 1, memoryMb: 512, rootGb: 1 };
  const ports = { ids: randomIds, clock: new SystemClock() };
  const { context, args } = buildCommand(ports, { names: ['web'], flavor, project: 'p' });
  commandId = context.request_id;
  const message = scheduleAndBuildInstances(args);
  body = requestEnvelope({ ...message, namespace: 'compute_task', context, uniqueId: randomIds.uuid() });
  writeFileSync(join(folder, 'command.json'), JSON.stringify({ context, args: message.args }));
  writeFileSync(join(folder, 'request.json'), body);
});

afterAll(async () => {
  client.destroy();
  await emulator.stop();
});

/** Runs a program with what the documents' reader has: a region, credentials, the folder with the files. */
const runs = (file: string, args: readonly string[]) =>
  promisify(execFile)(file, args, {
    cwd: folder,
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: emulator.endpoint,
      AWS_REGION: LOCAL.region,
      AWS_DEFAULT_REGION: LOCAL.region,
      AWS_ACCESS_KEY_ID: LOCAL.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: LOCAL.credentials.secretAccessKey,
      QUEUE_URL: `${emulator.queueUrlBase}nova-conductor-${QUEUE}`,
    },
  });

async function received(): Promise<RpcRequest> {
  const QueueUrl = `${emulator.queueUrlBase}nova-conductor-${QUEUE}`;
  const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
  return requestOf(Messages[0]?.Body ?? '');
}

function requestOf(text: string): RpcRequest {
  const message = parseEnvelope(text);
  if (message.kind !== 'request') throw new Error(`a ${message.kind} was published`);
  return message;
}

describe('the examples for publishers', () => {
  it.skipIf(python === undefined)('publish from Python what the conductor takes', async () => {
    await runs(python ?? '', ['-c', example('python')]);
    const request = await received();

    expect(request).toMatchObject({ method: 'schedule_and_build_instances', namespace: 'compute_task' });
    expect(request.context.request_id).toBe(commandId);
    expect(() => checkArguments(request.method, request.args)).not.toThrow();
  });

  it.skipIf(aws === undefined)('publish from the AWS CLI what the conductor takes', async () => {
    await runs('sh', ['-ec', `aws() { command "${aws}" --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }\n${example('sh')}`]);
    const request = await received();

    expect(request.context.request_id).toBe(commandId);
    expect(() => checkArguments(request.method, request.args)).not.toThrow();
  });

  it.skipIf(aws === undefined)('publish what `npm run request` prints, as the README says', async () => {
    const { text } = exampleOf('README.md', 'npm run --silent request');
    const here = text.replace('https://sqs.$REGION.amazonaws.com/$ACCOUNT/', emulator.queueUrlBase);
    const shell = `npm() { command npm --prefix '${process.cwd()}' "$@"; }
      aws() { command "${aws}" --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }`;

    await runs('sh', ['-ec', `${shell}\n${here}`]);
    const request = await received();

    expect(request.method).toBe('schedule_and_build_instances');
    expect(() => checkArguments(request.method, request.args)).not.toThrow();
  });

  it('show an envelope with the keys that an envelope has', () => {
    const shown: Record<string, string> = JSON.parse(example('json'));
    const message = parseEnvelope(
      JSON.stringify(shown)
        .replaceAll('{…}', '{}')
        .replaceAll(/, …(?=\})/gu, ''),
    );

    expect(message).toMatchObject({
      kind: 'request',
      method: 'schedule_and_build_instances',
      namespace: 'compute_task',
    });
  });

  it('are given arguments for programs by `npm run request -- --arguments`', async () => {
    const { stdout } = await runs(process.execPath, [resolve('local/request.ts'), '--arguments']);
    const { args, ...others }: { readonly args: JsonMap } = JSON.parse(stdout);

    expect(Object.keys(others)).toEqual(['version', 'context']);
    expect(() => checkArguments('schedule_and_build_instances', args)).not.toThrow();
  });

  it('send from the AWS CLI a body that fits the schema of its method', () => {
    const request = requestOf(body);

    expect(example('sh')).toContain('--message-body file://request.json');
    expect(request.method).toBe('schedule_and_build_instances');
    expect(() => checkArguments(request.method, request.args)).not.toThrow();
  });
});
