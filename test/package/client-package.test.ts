import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { installedBeside } from './lock-file.ts';
import { MAJORS, nodeOf, QUIET, run } from './node-versions.ts';

const CLIENT = 'serverless-conductor-client';
const SHOWS = `console.log(JSON.stringify([
  typeof client.ConductorClient, typeof connecting.connect, typeof connecting.SqsBus,
  new client.BuildRequestNotFound({ uuid: 'u' }) instanceof client.NovaError, client.VersionCapTooLow.name,
  client.newObject('Instance', '2.7', { uuid: 'u' })['nova_object.name'],
]))`;
const SHOWN = ['function', 'function', 'function', true, 'VersionCapTooLow', 'Instance'];

/** Answers each request itself, so that nothing is listened to. */
const SENDS = `import { SQSClient } from '@aws-sdk/client-sqs';
  import { QueueDoesNotExist } from '${CLIENT}';
  import { connect } from '${CLIENT}/connect';
  const client = new SQSClient({
    region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, useQueueUrlAsEndpoint: false,
    requestHandler: { handle: async ({ body }) => {
      const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
      console.log(JSON.parse(text).QueueUrl.split('/').at(-1));
      throw Object.assign(new Error('gone'), { name: 'QueueDoesNotExist' });
    } },
  });
  const conductor = connect({ client, queueUrlBase: 'https://queues.example/1/', deployment: 'd' });
  const context = {
    request_id: 'req-1', user_id: null, project_id: null, is_admin: true, read_deleted: 'no', timestamp: '2026-01-01T00:00:00',
  };
  await conductor.cast('build_instances', '1.19', {}, context)
    .catch((error) => console.log(error instanceof QueueDoesNotExist));`;

describe.each(MAJORS)('the client on Node %s', (major) => {
  test('is imported by an ES module', async () => {
    const text = `import * as client from '${CLIENT}'; import * as connecting from '${CLIENT}/connect'; ${SHOWS}`;

    const { err, out } = await run(nodeOf(major), ['--input-type=module', '--eval', text], inject('publisher'), QUIET);

    expect(err).toBe('');
    expect(JSON.parse(out)).toEqual(SHOWN);
  });

  test('is required by a CommonJS module', async () => {
    const text = `const client = require('${CLIENT}'), connecting = require('${CLIENT}/connect'); ${SHOWS}`;

    const { err, out } = await run(
      nodeOf(major),
      ['--input-type=commonjs', '--eval', text],
      inject('publisher'),
      QUIET,
    );

    expect(err).toBe('');
    expect(JSON.parse(out)).toEqual(SHOWN);
  });

  test('is one and the same for import and require, so that instanceof holds between them', async () => {
    const text = `import { createRequire } from 'node:module';
      import { MessagingTimeout } from '${CLIENT}';
      const required = createRequire(process.cwd() + '/x.js')('${CLIENT}');
      console.log(new required.MessagingTimeout({ message_id: 'm' }) instanceof MessagingTimeout)`;

    const { err, out } = await run(nodeOf(major), ['--input-type=module', '--eval', text], inject('publisher'), QUIET);

    expect(err).toBe('');
    expect(out).toBe('true\n');
  });

  test.each([
    ['newest', 'publisher'],
    ['oldest', 'compiled'],
  ] as const)(
    'sends through the SQSClient of the %s SDK, and fails with an error class of its own',
    async (_, project) => {
      const { err, out } = await run(nodeOf(major), ['--input-type=module', '--eval', SENDS], inject(project), QUIET);

      expect(err).toBe('');
      expect(out).toBe('d-compute-task\ntrue\n');
    },
  );
});

describe('the publisher package', () => {
  test('brings itself and the SQS client with what that needs, and nothing else', async () => {
    const foreign = installedBeside(inject('publisher'), CLIENT, '@aws-sdk/client-sqs');

    expect(foreign).toEqual([]);
  });

  test('asks for the S3 client by name when a message is too long for a queue', async () => {
    const text = `${SENDS.replace("deployment: 'd'", "deployment: 'd', messageBucket: 'b'")}
      await conductor.cast('build_instances', '1.19', { image: 'x'.repeat(2 ** 21) }, context)
        .catch((error) => console.log(error.message));`;

    const { out } = await run(nodeOf('24'), ['--input-type=module', '--eval', text], inject('publisher'), QUIET);

    expect(out).toContain("Cannot find package '@aws-sdk/client-s3'");
  });

  test('holds built files, its manifest, its licence and its text for readers', async () => {
    const files = inject('clientFiles');

    const others = files.filter(
      (path) => !/^(?:package\.json|LICENSE|README\.md|schemas\/.+\.json|.+\.m?js|.+\.d\.m?ts)$/u.test(path),
    );

    expect(others).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(['package.json', 'LICENSE', 'README.md', 'index.js', 'connect.mjs']));
  });

  test('has all that its text for readers leads to', async () => {
    const folder = join(inject('publisher'), 'node_modules', CLIENT);
    const text = readFileSync(join(folder, 'README.md'), 'utf8');

    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/gu)].map(([, path = '']) => path);

    expect(links).not.toEqual([]);
    expect(links.filter((path) => !existsSync(join(folder, path)))).toEqual([]);
  });
});
