import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localFile, readLocalFile, removeLocalFile, writeLocalFile } from '#cli/deployment/local-file';
import { placeOf } from '#cli/deployment/place';

const WORLD = {
  deployment: 'nova-conductor',
  dynamodb: 'http://127.0.0.1:1',
  sqs: 'http://127.0.0.1:2',
  queueUrlBase: 'http://127.0.0.1:2/000000000000/',
  control: 'http://127.0.0.1:3',
  serviceDownTime: 15,
};

describe('npm run local', { timeout: 30_000 }, () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'local-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function local(...args: string[]) {
    const ran = spawn(process.execPath, [resolve('local/local.ts'), ...args], { cwd: folder });
    let [out, err] = ['', ''];
    ran.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    ran.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const [exitCode]: unknown[] = await once(ran, 'exit');
    return { out, err, exitCode };
  }

  it('--help prints help and starts nothing', async () => {
    const { out, exitCode } = await local('--help');

    expect(exitCode).toBe(0);
    expect(out).toContain('--name NAME');
    expect(out).not.toContain('Starting');
  });

  it.each([
    [['--nope'], "Unknown option '--nope'"],
    [['--name', 'Two Words'], '--name Two Words: give a lower-case name'],
  ])('%j is refused', async (args, says) => {
    expect(await local(...args)).toMatchObject({ exitCode: 2, err: expect.stringContaining(says) });
  });

  it.each([['.cache'], ['kept', '--data', 'kept'], ['kept', '--data', 'kept/deeper']])(
    'says in one line that a file stands where it keeps what it writes: %s %s %s',
    async (file, ...args) => {
      writeFileSync(join(folder, file), '');

      const { exitCode, err, out } = await local(...args);

      expect(exitCode).toBe(1);
      expect(err).toMatch(/^no local world can be kept here: ENOTDIR: .*\n$/u);
      expect(out).toBe('');
    },
  );

  it('says in one line that a folder cannot be made, and tries no longer than that', async () => {
    const { exitCode, err } = await local('--data', '/proc/none');

    expect(exitCode).toBe(1);
    expect(err).toMatch(/^no local world can be kept here: E\w+: .*\n$/u);
  });

  it('takes nobody’s place: a second world of the same name is refused', async () => {
    const server = createServer((_, answer) => answer.end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const file = join(folder, localFile('mine'));
    writeLocalFile({ ...WORLD, control: `http://127.0.0.1:${port}` }, file);
    const before = readFileSync(file, 'utf8');

    const ran = await local('--name', 'mine');
    server.close();

    expect(ran).toMatchObject({ exitCode: 2, err: expect.stringContaining('a local world is up already') });
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('takes away its own file and no other’s', () => {
    const file = join(folder, 'local.json');
    writeLocalFile(WORLD, file);

    removeLocalFile({ control: 'http://127.0.0.1:4' }, file);
    const kept = readLocalFile(file);
    removeLocalFile(WORLD, file);

    expect(kept).toEqual(WORLD);
    expect(readLocalFile(file)).toBeUndefined();
  });
});

it('the command reaches a world by its name', async () => {
  const asked: (string | undefined)[] = [];
  const read = (name?: string) => {
    asked.push(name);
    return WORLD;
  };

  await placeOf({ profile: 'local:mine' }, read);
  await placeOf({ profile: 'local' }, read);

  expect(asked).toEqual(['mine', undefined]);
});
