import { expect, test } from 'vitest';
import { audit } from '#cli/audit/audit-rules';
import { NO_FACTS } from './no-facts.ts';

const NOW = Date.parse('2026-11-29T12:00:00Z');
const MET = {
  service: 'placement',
  url: 'https://placement.test/allocations/c',
  trouble: 'answered 403 to GET',
  remedy: 'Give it the roles.',
  execution: 'e1',
  since: NOW - 3_600_000,
  met_at: NOW - 60_000,
  expires_at: 0,
  isAwaited: true,
};

test('a service that an operation waits for is named with its address, since when, and what to do', () => {
  const found = audit({ ...NO_FACTS, now: NOW, troubles: [MET] });

  expect(found).toEqual([
    {
      rule: 'service-unusable',
      subject: 'placement',
      text: 'the placement service at https://placement.test/allocations/c answered 403 to GET: operations wait for it since 2026-11-29T11:00:00.000Z',
      advice: 'Give it the roles.',
    },
  ]);
});

test.each([
  ['whose operation has ended', { ...MET, isAwaited: false }],
  ['that was not met for a quarter of an hour', { ...MET, met_at: NOW - 900_000 }],
])('a trouble %s is over', (_title, met) => {
  expect(audit({ ...NO_FACTS, now: NOW, troubles: [met] })).toEqual([]);
});
