import { expect, test } from 'vitest';
import { awaitCompute, type AwaitedCompute } from '#conductor/await-compute';

const SILENT: AwaitedCompute = {
  settled: undefined,
  ordered: true,
  host: { liveness: 'up', reason: '' },
  order: { kind: 'taken' },
  unchanged: { seconds: 120, unread: undefined },
  limits: { orderSeconds: 600, restartGraceSeconds: 300, stallSeconds: 1800 },
};
const down = { host: { liveness: 'down', reason: '' } } as const;
const unknown = { host: { liveness: 'unknown', reason: '' } } as const;

test.each([
  ['settled', { settled: 'done', ...down }],
  ['wait', {}],
  ['wait', { ...unknown, unchanged: { seconds: 9000, unread: undefined } }],
  ['give-up', down],
  ['order', { ordered: false, ...down }],
  ['settled', { settled: 'done', ordered: false }],
  ['give-up', { unchanged: { seconds: 1800, unread: undefined } }],
] as const)('%s of %j', (kind, facts) => {
  expect(awaitCompute({ ...SILENT, ...facts }).kind).toBe(kind);
});

test('an order that was not given is given with that reason', () => {
  expect(awaitCompute({ ...SILENT, ordered: false })).toMatchObject({
    reason: expect.stringMatching(/order .*given/u),
  });
});
