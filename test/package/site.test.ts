import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { nodeOf, run } from './node-versions.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TYPEDOC = 'site/node_modules/typedoc/bin/typedoc';

/**
 * Builds one of the sites, and answers its pages by path.
 * @throws Error for what the generator warns of: links that lead nowhere
 */
async function built(options: string, out: string): Promise<ReadonlyMap<string, string>> {
  const ran = await run(nodeOf('24'), [TYPEDOC, '--options', `site/${options}`], ROOT);
  if (ran.exitCode !== 0) throw new Error(`${ran.out}${ran.err}`);
  const files = globSync('**/*.{html,css,js}', { cwd: `${ROOT}/${out}` });
  return new Map(files.map((file) => [file, readFileSync(`${ROOT}/${out}/${file}`, 'utf8')]));
}

/** What a page loads, rather than links to. */
const loaded = (text: string): string[] =>
  [...text.matchAll(/<(?:script|link|img)\b[^>]*?\b(?:src|href)="(https?:[^"]*)"|url\((https?:[^)]*)\)/gu)].map(
    ([, one, other]) => one ?? other ?? '',
  );

test('the site has every document and the reference, and loads nothing from elsewhere', async () => {
  const pages = await built('typedoc.json', 'dist/site');
  const documents = globSync('docs/**/*.md', { cwd: ROOT });

  const missing = documents.filter(
    (path) => !pages.has(`documents/${path.replaceAll('/', '_').replace('.md', '.html')}`),
  );
  const foreign = [...pages].flatMap(([page, text]) => loaded(text).map((address) => `${page}: ${address}`));

  expect(missing).toEqual([]);
  expect(foreign).toEqual([]);
  expect(pages.has('classes/client.ConductorClient.html')).toBe(true);
});

test('the reference shows what the client exports, with its docstrings', async () => {
  const pages = await built('reference.json', 'dist/reference');

  expect(pages.get('classes/client.ConductorClient.html')).toContain('scheduleAndBuildInstances');
  expect([...pages.keys()].filter((page) => page.startsWith('documents/'))).toEqual([]);
});
