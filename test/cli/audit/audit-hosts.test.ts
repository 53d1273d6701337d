import { expect, it } from 'vitest';
import { hostUnmapped } from '#cli/audit/audit-hosts';
import { NO_FACTS } from './no-facts.ts';

const NOW = Date.parse('2026-11-29T12:00:00Z');
const service = { host: 'host9', cell: 'cell1', heardAt: NOW - 20_000 };
const mapped = { host: 'host9', cell: 'cell1', cellUuid: 'c', principals: [] };

it('a host that is heard without a mapping is found, with what to do', () => {
  const found = hostUnmapped({ ...NO_FACTS, now: NOW, services: [service] });

  expect(found).toMatchObject([
    { rule: 'host-unmapped', subject: 'host9', advice: expect.stringContaining('conductor host discover') },
  ]);
});

it.each([
  ['is mapped', { hosts: [mapped], services: [service] }],
  ['has been silent for long', { services: [{ ...service, heardAt: NOW - 3_600_000 }] }],
])('a host that %s is not', (_title, facts) => {
  expect(hostUnmapped({ ...NO_FACTS, now: NOW, ...facts })).toEqual([]);
});
