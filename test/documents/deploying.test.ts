import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mapOf, textOf } from '#wire/reading';
import { exampleOf, examplesOf } from './examples.ts';

const FILE = 'docs/deploying.md';
const TEXT = readFileSync(FILE, 'utf8');
/** The deployment of the stage that the page copies. */
const NAME = textOf(mapOf(JSON.parse(readFileSync('stages/example.json', 'utf8')))['deployment']) ?? '';

describe('the first deployment', () => {
  it('is called by one name: that of the stage, in the short command and where it is deleted', () => {
    const named = examplesOf(FILE).flatMap(({ text }) => [...text.matchAll(/--(?:deployment|yes) (\S+)/gu)]);

    expect(named.map(([, name]) => name)).toEqual([NAME, NAME]);
  });

  it('is deployed and deleted by the stage that it copies', () => {
    const stages = examplesOf(FILE).flatMap(({ text }) => [...text.matchAll(/stages?[ =/](\w+)/gu)]);

    expect(new Set(stages.map(([, stage]) => stage))).toEqual(new Set(['example', 'first']));
  });

  it('is deleted by options that there are, and not under another name', { timeout: 60_000 }, () => {
    const { text } = exampleOf(FILE, 'npm run --silent destroy');
    const lines = text.split('\n').filter((line) => line.startsWith('npm run --silent destroy'));
    const args = lines.map((line) => line.split(' -- ')[1]?.replace('first', 'example').split(' ') ?? []);

    const ended = args.map((some) => {
      const ran = spawnSync('node', ['scripts/destroy.ts', ...some, '--yes', 'another'], { encoding: 'utf8' });
      return [ran.status, ran.stderr.trim()];
    });

    const refused = `npm run destroy: --yes another: the deployment is ${NAME}; give --yes ${NAME} to delete it`;
    expect(ended).toEqual([
      [2, refused],
      [2, refused],
    ]);
  });

  it('costs what the page on costs says', () => {
    const cost = readFileSync('docs/cost.md', 'utf8');
    const [keys, dashboard, alarm, metric] = [
      ...(cost.split('## What is there all the time')[1] ?? '').matchAll(/\(([\d.]+) dollars/gu),
    ].map(([, dollars]) => Number(dollars));
    const month = (keys ?? 0) + (dashboard ?? 0) + 80 * (alarm ?? 0);
    const hosts = ['## 1,000 hosts for a month', '### With direct calls'].map((title) => {
      const [, total = ''] = /\*\*total\*\* .*\*\*([\d.]+)\*\*/u.exec(cost.split(title)[1] ?? '') ?? [];
      return (Number(total) / 1000).toFixed(2);
    });

    expect(TEXT.replaceAll('\n', ' ')).toContain(`${month} dollars a month or ${(month / 30.4).toFixed(2)} a day`);
    expect(TEXT).toContain(`${metric?.toFixed(2)} dollars a month more for each metric`);
    expect(TEXT).toContain(`A host adds ${hosts[0]} dollars a month, or ${hosts[1]} with direct calls`);
  });
});
