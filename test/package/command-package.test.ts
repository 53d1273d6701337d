import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { installedBeside } from './lock-file.ts';
import { MAJORS, nodeOf, type Ran, run } from './node-versions.ts';

const conductor = (major: (typeof MAJORS)[number], ...args: readonly string[]): Ran =>
  run(nodeOf(major), [join(inject('operator'), 'node_modules', '.bin', 'conductor'), ...args], inject('operator'));

describe.each(MAJORS)('the packed command on Node %s', (major) => {
  test('tells its version', () => {
    const { exitCode, out, err } = conductor(major, '--version');

    expect(err).toBe('');
    expect(out).toBe(`${manifest.version}\n`);
    expect(exitCode).toBe(0);
  });

  test('tells its subcommands', () => {
    const { exitCode, out, err } = conductor(major, '--help');

    expect(err).toBe('');
    expect(out).toMatch(/^Usage: conductor /u);
    expect(out).toContain('dead-letter');
    expect(exitCode).toBe(0);
  });

  test('reaches for its deployment with the SDK that it carries', () => {
    const { exitCode, out, err } = conductor(major, '--endpoint-url', 'http://127.0.0.1:9', 'cell', 'list');

    expect(err).toContain('127.0.0.1:9');
    expect(out).toBe('');
    expect(exitCode).toBe(4);
  });
});

describe('the package of the command', () => {
  test('is run by its name, as npx does', () => {
    const { out, err } = run('npm', ['exec', '--offline', '--', 'conductor', '--version'], inject('operator'));

    expect(err).toBe('');
    expect(out).toBe(`${manifest.version}\n`);
  });

  test('has the client in it, for scripts of operators', () => {
    const text = `import { connect } from 'serverless-conductor/connect';
      import { ConductorClient } from 'serverless-conductor';
      console.log(typeof connect, typeof ConductorClient)`;

    const { out, err } = run(nodeOf('24'), ['--input-type=module', '--eval', text], inject('operator'));

    expect(err).toBe('');
    expect(out).toBe('function function\n');
  });

  test('holds what was built, its manifest, licences and the first page: no sources, no tests', () => {
    const files = inject('commandFiles');

    const others = files.filter((path) => !/^(?:package\.json|LICENSE|README\.md|CHANGELOG\.md|dist\/.+)$/u.test(path));
    const sources = files.filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'));

    expect(others).toEqual([]);
    expect(sources).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(['dist/conductor.js', 'dist/third-party-licenses.txt']));
  });

  test('names no path of the machine that it was built on', () => {
    const root = join(import.meta.dirname, '..', '..');
    const installed = join(inject('operator'), 'node_modules', manifest.name);

    const naming = globSync('**/*.{js,mjs,json,ts,txt}', { cwd: installed }).filter((file) =>
      readFileSync(join(installed, file), 'utf8').includes(root),
    );

    expect(naming).toEqual([]);
  });

  test('brings itself and the SQS client, which scripts hand to the client in it, and nothing else', () => {
    const foreign = installedBeside(inject('operator'), manifest.name, '@aws-sdk/client-sqs');

    expect(foreign).toEqual([]);
  });
});
