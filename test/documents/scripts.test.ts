import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { STORIES } from '#local/demo/stories';
import manifest from '../../package.json' with { type: 'json' };
import { DOCUMENTS, exampleOf } from './examples.ts';

/** What comes with npm, and is no script of ours. */
const OF_NPM: ReadonlySet<string> = new Set(['test', 'build']);

describe('the documents', () => {
  it.each(DOCUMENTS)('%s names only scripts that there are', (file) => {
    const named = [...readFileSync(file, 'utf8').matchAll(/npm (?:run (?:--silent )?|(?=test\b))([\w:-]+)/gu)];

    const missing = named.filter(([, script = '']) => !(script in manifest.scripts) && !OF_NPM.has(script));

    expect(missing.map(([text]) => text)).toEqual([]);
  });

  it.each(DOCUMENTS)('%s names archives as packing names them', (file) => {
    const named = [...readFileSync(file, 'utf8').matchAll(/[\w-]+-\d+\.\d+\.\d+\.tgz/gu)].map(([name]) => name);

    const packed = ['serverless-conductor', 'serverless-conductor-client'].map(
      (name) => `${name}-${manifest.version}.tgz`,
    );

    expect(named.filter((name) => !packed.includes(name))).toEqual([]);
  });

  it('show what the demo prints of a scenario that it has', () => {
    const { first } = exampleOf('README.md', '❯ ');

    const titles = STORIES.flatMap(({ scenarios }) => scenarios.map(({ title }) => `❯ ${title}`));

    expect(titles).toContain(first);
  });

  it('have a shell take the command under a short name', { timeout: 90_000 }, () => {
    const { text } = exampleOf('docs/operations.md', 'git clone');
    const { text: local } = exampleOf('docs/walkthrough.md', 'conductor() {');
    const lines = [local, 'conductor --version', ...text.trimEnd().split('\n').slice(1)];

    const printed = execFileSync(
      'bash',
      ['-ec', [...lines, 'conductor --version', 'complete -p conductor'].join('\n')],
      {
        encoding: 'utf8',
      },
    );

    expect(printed).toContain('Usage: conductor');
    expect(printed).toMatch(new RegExp(`^${manifest.version.replaceAll('.', String.raw`\.`)}$`, 'mu'));
    expect(printed).toMatch(/^complete .* conductor$/mu);
  });
});
