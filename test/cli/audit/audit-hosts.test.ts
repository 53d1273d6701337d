import { expect, it } from 'vitest';
import { hostUnmapped, orderWaits } from '#cli/audit/audit-hosts';
import type { AuditedInstance } from '#cli/audit/audit-facts';
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

const SINCE = '2026-11-29T11:18:00Z';
const REASON = 'the host is down; the host took the order, and may only hang';

/** A server whose build waits for a person since 42 minutes, with host9 last heard before. */
const waiting: AuditedInstance = {
  uuid: 'server-1',
  name: 'vm',
  cell: 'cell1',
  host: null,
  vmState: 'building',
  taskState: 'spawning',
  powerState: 0,
  project: 'p',
  flavor: 'm1.tiny',
  createdAt: null,
  updatedAt: null,
  deleted: false,
  hidden: false,
  lastExecution: null,
  owners: [{ operation: 'launch', owner: 'launch-1', status: 'RUNNING' }],
  quota: undefined,
  givenUp: [],
  held: { execution: 'launch-1', host: 'host9', since: SINCE, reason: REASON },
};
const silent = { ...service, heardAt: Date.parse(SINCE) - 120_000 };

it('an order that waits for a person is found, with age, host, server and the command that decides', () => {
  const found = orderWaits({ ...NO_FACTS, now: NOW, services: [silent], instances: [waiting] });

  expect(found).toMatchObject([{ rule: 'order-waits-for-a-person', subject: 'server-1' }]);
  expect(found[0]?.text).toContain(`server server-1 to host9 waits since ${SINCE}`);
  expect(found[0]?.advice).toContain('for 42 minutes: conductor host down host9 --reason');
});

it.each([
  ['whose execution has ended', { owners: [{ operation: 'launch', owner: 'launch-1', status: 'FAILED' }] }],
  [
    'that another execution has taken over',
    { owners: [{ operation: 'launch', owner: 'launch-2', status: 'RUNNING' }] },
  ],
  ['of a server that is deleted', { deleted: true }],
  ['that was never held back', { held: undefined }],
] as const)('an order %s is not', (_title, changes) => {
  const instances = [{ ...waiting, ...changes }];

  expect(orderWaits({ ...NO_FACTS, now: NOW, services: [silent], instances })).toEqual([]);
});

it('an order whose host has been heard since is not', () => {
  expect(orderWaits({ ...NO_FACTS, now: NOW, services: [service], instances: [waiting] })).toEqual([]);
});
