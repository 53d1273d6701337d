import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { writeLocalFile } from '#cli/deployment/local-file';
import { emulatedPlatform } from '#local/emulation/emulated-platform';
import { World } from '#local/emulation/world';
import manifest from '../../package.json' with { type: 'json' };
import { installedBeside } from './lock-file.ts';
import { MAJORS, nodeOf, type Ran, run } from './node-versions.ts';

const conductor = (major: (typeof MAJORS)[number], ...args: readonly string[]): Promise<Ran> =>
  run(nodeOf(major), [join(inject('operator'), 'node_modules', '.bin', 'conductor'), ...args], inject('operator'));

describe.each(MAJORS)('the packed command on Node %s', (major) => {
  test('prints its version', async () => {
    const { exitCode, out, err } = await conductor(major, '--version');

    expect(err).toBe('');
    expect(out).toBe(`${manifest.version}\n`);
    expect(exitCode).toBe(0);
  });

  test('prints its subcommands', async () => {
    const { exitCode, out, err } = await conductor(major, '--help');

    expect(err).toBe('');
    expect(out).toMatch(/^Usage: conductor /u);
    expect(out).toContain('dead-letter');
    expect(exitCode).toBe(0);
  });

  test('reaches for its deployment with the SDK that it carries', async () => {
    const { exitCode, out, err } = await conductor(major, '--endpoint-url', 'http://127.0.0.1:9', 'cell', 'list');

    expect(err).toContain('127.0.0.1:9');
    expect(out).toBe('');
    expect(exitCode).toBe(4);
  });
});

describe('the packed command in a local world', () => {
  const cells = [{ name: 'cell1', uuid: '11111111-1111-4111-8111-111111111111' }];
  let world: World;

  beforeAll(async () => {
    const platform = await emulatedPlatform({ deployment: 'packed', cells: ['cell1'] });
    world = await World.boot(platform, { cells, hosts: [], config: { deployment: 'packed' } });
    const { dynamodbEndpoint: dynamodb, sqsEndpoint: sqs, queueUrlBase } = platform.emulators;
    const local = {
      deployment: 'packed',
      dynamodb,
      sqs,
      queueUrlBase,
      control: 'http://127.0.0.1:9',
      serviceDownTime: 60,
    };
    writeLocalFile(local, join(inject('operator'), '.cache', 'local.json'));
  });

  afterAll(() => world.stop());

  test.each(MAJORS)('reads tables and queues on Node %s', async (major) => {
    const listed = await conductor(major, '--profile', 'local', '--json', 'cell', 'list');
    const letters = await conductor(major, '--profile', 'local', '--json', 'dead-letter', 'list', 'compute-task');

    expect(listed.err).toBe('');
    expect(listed.out).toContain('11111111-1111-4111-8111-111111111111');
    expect(letters.err).toBe('');
    expect(JSON.parse(letters.out)).toEqual([]);
  });

  test.each([
    'host list',
    'host discover',
    'server list',
    'flavor list',
    'principal list',
    'quota show project',
    'placement export',
    'audit',
    'heal --dry-run',
  ])('says the same on the oldest Node as on the newest: %s', async (words) => {
    const line = ['--profile', 'local', '--json', ...words.split(' ')];

    const [oldest, newest] = await Promise.all(MAJORS.map((major) => conductor(major, ...line)));

    expect(oldest).toEqual(newest);
    expect(`${oldest?.err} ${oldest?.out}`).not.toContain('TypeError');
  });
});

describe('the package of the command', () => {
  test('is run by its name, as npx does', async () => {
    const { out, err } = await run('npm', ['exec', '--offline', '--', 'conductor', '--version'], inject('operator'));

    expect(err).toBe('');
    expect(out).toBe(`${manifest.version}\n`);
  });

  test('has the client in it, for scripts of operators', async () => {
    const text = `import { connect } from 'serverless-conductor/connect';
      import { ConductorClient } from 'serverless-conductor';
      console.log(typeof connect, typeof ConductorClient)`;

    const { out, err } = await run(nodeOf('24'), ['--input-type=module', '--eval', text], inject('operator'));

    expect(err).toBe('');
    expect(out).toBe('function function\n');
  });

  test('holds what was built, its manifest, licences and the first page: no sources, no tests', async () => {
    const files = inject('commandFiles');

    const others = files.filter(
      (path) =>
        !/^(?:package\.json|LICENSE|README\.md|dist\/(?:conductor\.js|console\/(?:index\.html|page\.css|page\.js)|third-party-licenses\.txt|client\/.+))$/u.test(
          path,
        ),
    );
    const sources = files.filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'));

    expect(others).toEqual([]);
    expect(sources).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining(['dist/conductor.js', 'dist/console/page.js', 'dist/third-party-licenses.txt']),
    );
  });

  test('names no path of the machine that it was built on', async () => {
    const root = join(import.meta.dirname, '..', '..');
    const installed = join(inject('operator'), 'node_modules', manifest.name);

    const naming = globSync('**/*.{js,mjs,json,ts,txt}', { cwd: installed }).filter((file) =>
      readFileSync(join(installed, file), 'utf8').includes(root),
    );

    expect(naming).toEqual([]);
  });

  test('brings itself and the SQS client, which scripts hand to the client in it, and nothing else', async () => {
    const foreign = installedBeside(inject('operator'), manifest.name, '@aws-sdk/client-sqs');

    expect(foreign).toEqual([]);
  });
});
