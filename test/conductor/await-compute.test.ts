import { expect, test } from 'vitest';
import { awaitCompute, type AwaitedCompute } from '#conductor/await-compute';

const SILENT: AwaitedCompute = {
  settled: undefined,
  ordered: true,
  liveness: 'up',
  unchangedSeconds: 120,
  stallSeconds: 1800,
};

test.each([
  ['settled', { settled: 'done', liveness: 'down' }],
  ['wait', {}],
  ['wait', { liveness: 'unknown', unchangedSeconds: 9000 }],
  ['order', { ordered: false, liveness: 'down' }],
  ['settled', { settled: 'done', ordered: false }],
  ['give-up', { liveness: 'down' }],
  ['give-up', { unchangedSeconds: 1800 }],
] as const)('%s of %j', (kind, facts) => {
  expect(awaitCompute({ ...SILENT, ...facts }).kind).toBe(kind);
});
