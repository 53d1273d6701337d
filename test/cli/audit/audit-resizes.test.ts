import { describe, expect, it } from 'vitest';
import type { AuditedInstance } from '#cli/audit/audit-facts';
import type { AuditedMigration } from '#cli/audit/audited-migrations';
import { audit } from '#cli/audit/audit-rules';
import { provider, ROOT } from '../../fixtures/provider.ts';
import { NO_FACTS } from './no-facts.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const LONG_AGO = '2026-01-01T08:00:00Z';

/** What each cell has of a server that was resized from cell1 to cell2. */
const shown: AuditedInstance = {
  uuid: 'server-1',
  name: 'vm',
  cell: 'cell2',
  host: 'host4',
  vmState: 'resized',
  taskState: null,
  powerState: 1,
  project: 'p',
  flavor: 'm1.small',
  createdAt: null,
  updatedAt: LONG_AGO,
  deleted: false,
  hidden: false,
  lastExecution: 'cross-cell-resize/x1',
  owners: [],
  quota: undefined,
  givenUp: [],
  held: undefined,
};
/** The node of its new host, and what the server and its migration hold. */
const NODE = provider(4);
const PLACED = {
  claims: new Map([
    ['migration-1', { p1: { VCPU: 1 } }],
    ['server-1', { [NODE.uuid]: { VCPU: 1 } }],
  ]),
  providers: [{ provider: NODE, capacity: {}, free: {}, ...ROOT }],
};

const kept: AuditedInstance = { ...shown, cell: 'cell1', host: 'host1', taskState: 'resize_migrated', hidden: true };
const migration: AuditedMigration = {
  uuid: 'migration-1',
  instance: 'server-1',
  cell: 'cell2',
  type: 'resize',
  status: 'finished',
  createdAt: LONG_AGO,
  updatedAt: LONG_AGO,
  acrossCells: true,
  destination: 'host4',
  deleted: false,
};
const left: AuditedMigration = { ...migration, cell: 'cell1', status: 'post-migrating' };

/** What is found of the two, once what is given has become of them. */
const found = (server: Partial<AuditedInstance>, status: string, copies: readonly AuditedInstance[] = [kept]) =>
  audit({
    ...NO_FACTS,
    now: NOW,
    instances: [{ ...shown, ...server }, ...copies],
    mappings: [{ uuid: 'server-1', cell: 'cell2' }],
    migrations: [{ ...migration, status }, ...(copies.length === 0 ? [] : [left])],
    ...PLACED,
  });

const inError = (workflow: string): Partial<AuditedInstance> => ({
  vmState: 'error',
  lastExecution: `${workflow}/x2`,
});

describe('audit', () => {
  it('finds nothing in a server that waits in its new cell for its user', () => {
    const findings = found({}, 'finished');

    expect(findings).toEqual([]);
  });

  it.each([
    ['confirm', 'error', inError('confirm-across-cells')],
    ['revert', 'error', inError('revert-across-cells')],
    ['confirm', 'confirming', {}],
    ['revert', 'reverting', { taskState: null }],
  ] as const)('has a resize be %sed again whose migration is %s', (answer, status, server) => {
    const findings = found(server, status);

    expect(findings.map(({ rule, remedy }) => [rule, remedy])).toEqual([
      ['unfinished-resize', { kind: 'end-resize', cell: 'cell2', uuid: 'server-1', migration: 'migration-1', answer }],
    ]);
    expect(findings[0]?.text).toContain('cell1 keeps a hidden copy of it (host host1)');
  });

  it('leaves a server to a person that has been used since its resize failed, as long as a copy of it is kept', () => {
    const used = { vmState: 'shutoff', lastExecution: 'rebuild/x3' };

    const [withCopy, without] = [found(used, 'error'), found(used, 'error', [])];

    expect(withCopy.map(({ rule, remedy }) => [rule, remedy])).toEqual([['unfinished-resize', undefined]]);
    expect(withCopy[0]?.advice).toContain('conductor server end-resize');
    expect(without).toEqual([]);
  });

  it.each([
    ['before', { createdAt: '2026-01-01T07:00:00Z', updatedAt: '2026-01-01T07:00:00Z' }],
    ['in the same second', {}],
    [
      'before, and whose host has written it since',
      { createdAt: '2026-01-01T07:00:00Z', updatedAt: '2026-01-01T09:00:00Z' },
    ],
  ])('goes by the last resize of a server, not by one that was undone %s', (_when, times) => {
    const undone = { ...migration, uuid: 'migration-0', status: 'error', ...times };

    const findings = audit({
      ...NO_FACTS,
      now: NOW,
      instances: [shown, kept],
      mappings: [{ uuid: 'server-1', cell: 'cell2' }],
      migrations: [migration, undone, left],
      ...PLACED,
    });

    expect(findings).toEqual([]);
  });

  it('waits while an execution is at work, and while everything is young', () => {
    const owners = [{ operation: 'confirm-across-cells', owner: 'x2', status: 'RUNNING' }] as const;
    const young = { updatedAt: new Date(NOW - 60_000).toISOString() };

    expect(found({ owners }, 'confirming')).toEqual([]);
    expect(found(young, 'confirming')).toEqual([]);
  });
});
