import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { examplesOf } from './examples.ts';

const SOURCES = globSync('functions/**/*.ts').map((file) => readFileSync(file, 'utf8'));

/** The queries of CloudWatch Logs Insights in a document. */
const QUERIES = examplesOf('docs/operations.md')
  .flatMap(({ text }) => text.split('\n'))
  .filter((line) => /^(?:fields|filter) /u.test(line));

it('queries of logs are there', () => {
  expect(QUERIES).toHaveLength(6);
});

it.each(QUERIES)('names what functions log: %s', (query) => {
  const messages = [...query.matchAll(/message = ('[^']+')/gu)].map(([, message = '']) => message);

  const unknown = messages.filter((message) => !SOURCES.some((text) => text.includes(message)));

  expect(unknown).toEqual([]);
});
