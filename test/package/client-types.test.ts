import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { nodeOf, run } from './node-versions.ts';

const STRICT = {
  target: 'es2022',
  module: 'nodenext',
  lib: ['es2022'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
};

const MESSAGES = `
import {
  BuildRequestNotFound, ConductorClient, MessagingTimeout, NovaError, RemoteError, VersionCapTooLow,
  type BuildInstances, type CallTarget, type ClientOptions, type Json, type JsonMap, type LiveMigrateInstance,
  type LiveMigration, type Log, type MigrateServer, type ObjectActionResult, type RebuildInstance, type RequestContext,
  type ResizeInstance, type ScheduleAndBuildInstances, type WireObject,
} from 'serverless-conductor-client';

const context: RequestContext = {
  request_id: 'req-1', user_id: null, project_id: 'p', is_admin: false, read_deleted: 'no', timestamp: '2026-01-01T00:00:00',
};
const instance: WireObject = {
  'nova_object.name': 'Instance', 'nova_object.namespace': 'nova', 'nova_object.version': '2.7', 'nova_object.data': { uuid: 'u' },
};
const build: ScheduleAndBuildInstances = {
  build_requests: [instance], request_spec: [instance], image: {}, admin_password: null, injected_files: [],
  requested_networks: null, block_device_mapping: instance,
};
export async function publish(conductor: ConductorClient): Promise<string | undefined> {
  await conductor.scheduleAndBuildInstances(context, build);
  await conductor.liveMigrateInstance(context, {
    instance, host: null, block_migration: null, disk_over_commit: null, request_spec: null,
  });
  try {
    await conductor.deleteBuildRequest(context, 'u');
    const { object }: ObjectActionResult = await conductor.objectAction(context, instance, 'save');
    const uuid: Json | undefined = object['nova_object.data']['uuid'];
    return typeof uuid === 'string' ? uuid : undefined;
  } catch (error) {
    if (error instanceof MessagingTimeout || error instanceof VersionCapTooLow) return error.message;
    if (error instanceof BuildRequestNotFound || error instanceof RemoteError) return error.name;
    if (error instanceof NovaError) return error.name;
    throw error;
  }
}
// @ts-expect-error: the argument is called build_requests
export const misspelt: ScheduleAndBuildInstances = { ...build, build_request: [] };
export type Others = [
  BuildInstances, CallTarget, ClientOptions, JsonMap, LiveMigrateInstance, LiveMigration, Log, MigrateServer, RebuildInstance,
  ResizeInstance,
];
`;

const CONNECTING = `
import { SQS, SQSClient } from '@aws-sdk/client-sqs';
import { SQSClient as NewerClient } from 'newer-sqs';
import type { ConductorClient } from 'serverless-conductor-client';
import { connect, type SqsBusOptions, type SqsClient } from 'serverless-conductor-client/connect';

const where = { queueUrlBase: 'https://queues.example/1/', deployment: 'd' };
const versionCap: string | undefined = process.env['CAP'];
export const own: ConductorClient = connect({ ...where, client: new SQSClient({}), versionCap });
export const aggregated = connect({ ...where, client: new SQS({}), timeoutSeconds: 5 });
export const newer = connect({ ...where, client: new NewerClient({ region: 'eu-west-1' }) });
export const long = connect({ ...where, client: new SQSClient(), messageBucket: 'b', s3: { region: 'eu-west-1', forcePathStyle: true } });
const client: SqsClient = new NewerClient({});
export const options: SqsBusOptions = { ...where, client };
// @ts-expect-error: an SQS client has a method send
connect({ ...where, client: {} });
`;

/** Stands for the types of Node, which a publisher has or has not. */
const DECLARED = `declare const process: { readonly env: Readonly<Record<string, string | undefined>> };`;

/** What the document's example takes as given. */
const GIVEN = `
import type { WireObject } from 'serverless-conductor-client';
declare const context: RequestContext;
declare const args: ScheduleAndBuildInstances;
declare const uuid: string;
declare const instance: WireObject, request_spec: WireObject;
declare const block_migration: boolean, disk_over_commit: boolean;
`;

/** What a compiler complains of, in a project of these files. */
async function complaints(compiler: string, files: Readonly<Record<string, string>>, options: object): Promise<string> {
  const folder = mkdtempSync(join(inject('compiled'), 'checked-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { ...STRICT, ...options } }));
  const tsc = join(inject('compiled'), 'node_modules', compiler, 'bin', 'tsc');
  const { exitCode, out, err } = await run(nodeOf('24'), [tsc, '--project', folder], inject('compiled'));
  return exitCode === 0 ? out : `${exitCode}: ${out}${err}`;
}

describe.each([
  ['5.9', 'typescript'],
  ['5.0', 'first-typescript'],
])('under TypeScript %s', (_, compiler) => {
  test('messages, contexts, objects and errors are typed for ES modules and CommonJS modules, without any other package', async () => {
    const found = await complaints(
      compiler,
      { 'user.mts': MESSAGES, 'user.cts': MESSAGES },
      { types: [], skipLibCheck: false },
    );

    expect(found).toBe('');
  });

  test('the SQS client of the user is taken, whatever version its SDK has', async () => {
    const found = await complaints(
      compiler,
      { 'user.mts': CONNECTING, 'user.cts': CONNECTING, 'process.d.ts': DECLARED },
      { types: [], skipLibCheck: true },
    );

    expect(found).toBe('');
  });

  test('the example of the document for publishers passes the compiler', async () => {
    const example = /^```ts\n(.*?)^```$/msu.exec(readFileSync('docs/publishing.md', 'utf8'))?.[1] ?? '';

    const found = await complaints(compiler, { 'user.mts': `${example}\n${GIVEN}` }, { types: [], skipLibCheck: true });

    expect(example).toContain('connect(');
    expect(found).toBe('');
  });

  test('types are found by resolvers of bundlers as well', async () => {
    const found = await complaints(
      compiler,
      { 'user.ts': MESSAGES },
      { types: [], module: 'esnext', moduleResolution: 'bundler', skipLibCheck: false },
    );

    expect(found).toBe('');
  });
});
