import { describe, expect, it } from 'vitest';
import type { AuditedServer, AuditFacts } from '#cli/audit-facts';
import { audit } from '#cli/audit-rules';
import { provider } from '../fixtures/provider.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const LONG_AGO = '2026-01-01T08:00:00Z';

const server = (changes: Partial<AuditedServer> = {}): AuditedServer => ({
  uuid: 'server-1',
  name: 'vm',
  cell: 'cell1',
  host: null,
  vmState: 'active',
  taskState: null,
  powerState: 1,
  project: 'p',
  updatedAt: LONG_AGO,
  deleted: false,
  owners: [],
  quota: undefined,
  ...changes,
});

/** A deployment in which everything fits together, with changes. */
const facts = (changes: Partial<AuditFacts> = {}): AuditFacts => ({
  now: NOW,
  cells: [],
  servers: [],
  mappings: (changes.servers ?? []).map(({ uuid, cell }) => ({ uuid, cell })),
  hosts: [],
  principals: [],
  buildRequests: [],
  requested: [],
  reserved: [],
  claims: new Map(),
  providers: [],
  migrations: new Set(),
  usage: new Map(),
  ...changes,
});

const rules = (changes: Partial<AuditFacts>): string[] => audit(facts(changes)).map(({ rule }) => rule);
const HELD = { p1: { VCPU: 1, MEMORY_MB: 512 } };

describe('audit', () => {
  it('finds nothing in a deployment that fits together', () => {
    const found = rules({
      servers: [server({ quota: { project: 'p', amounts: { instances: 1, cores: 1, ram: 512 } } })],
      usage: new Map([['p', { instances: 1, cores: 1, ram: 512 }]]),
      claims: new Map([['server-1', HELD]]),
    });

    expect(found).toEqual([]);
  });

  it('finds a claim whose server is deleted, and leaves those of build requests and running migrations alone', () => {
    const claims = new Map([
      ['server-1', HELD],
      ['scheduling', HELD],
      ['moving', HELD],
    ]);

    const found = audit(
      facts({
        claims,
        servers: [server({ deleted: true })],
        buildRequests: [{ uuid: 'scheduling', createdAt: null }],
        requested: [{ uuid: 'scheduling', request: 'r', status: 'RUNNING' }],
        migrations: new Set(['moving']),
      }),
    );

    expect(found.map(({ rule, subject }) => [rule, subject])).toEqual([['claim-of-nobody', 'server-1']]);
    expect(found[0]?.remedy).toEqual({ kind: 'release-claim', consumer: 'server-1' });
  });

  it('finds a server that holds nothing on its host', () => {
    expect(rules({ servers: [server({ host: 'host1' })] })).toEqual(['server-without-claim']);
  });

  it('finds a server whose mapping is missing, and offers to map it', () => {
    const [found] = audit(facts({ servers: [server()], mappings: [] }));

    expect(found).toMatchObject({
      rule: 'server-unmapped',
      remedy: { kind: 'map-server', cell: 'cell1', project: 'p' },
    });
  });

  it('finds a server that two cells have, and offers nothing', () => {
    const [found, ...more] = audit(facts({ servers: [server(), server({ cell: 'cell2' })] }));

    expect(found).toMatchObject({ rule: 'server-in-two-cells' });
    expect(found?.remedy).toBeUndefined();
    expect(more).toEqual([]);
  });

  it('finds a mapping to a cell that was restored to a time before its server', () => {
    expect(rules({ mappings: [{ uuid: 'server-1', cell: 'cell1' }] })).toEqual(['mapping-of-nobody']);
  });

  it('finds a build request whose execution has failed, and names it', () => {
    const [found] = audit(
      facts({
        buildRequests: [{ uuid: 's', createdAt: LONG_AGO }],
        requested: [{ uuid: 's', request: 'r1', status: 'FAILED' }],
      }),
    );

    expect(found).toMatchObject({ rule: 'build-request-without-execution' });
    expect(found?.advice).toBe('conductor execution redrive build/r1');
  });

  it('leaves a young build request alone', () => {
    expect(rules({ buildRequests: [{ uuid: 's', createdAt: '2026-01-01T11:55:00Z' }] })).toEqual([]);
  });

  it('finds a token and a transition whose execution is over', () => {
    const owners = [{ operation: 'launch', owner: 'server-1', token: 't', status: 'FAILED' }] as const;

    const found = audit(facts({ servers: [server({ vmState: 'building', taskState: 'spawning', owners })] }));

    expect(found.map(({ rule }) => rule)).toEqual(['token-of-nobody', 'transition-of-nobody']);
    expect(found[1]?.advice).toBe('conductor execution redrive launch/server-1');
  });

  it('counts servers and what pending requests reserve', () => {
    const share = { instances: 1, cores: 2, ram: 1024 };
    const given = {
      servers: [server({ quota: { project: 'p', amounts: share } })],
      mappings: [
        { uuid: 'server-1', cell: 'cell1' },
        { uuid: 'pending', cell: null },
      ],
      reserved: [{ project: 'p', share, uuids: ['server-1', 'pending', 'gone'] }],
    };

    const right = rules({ ...given, usage: new Map([['p', { instances: 2, cores: 4, ram: 2048 }]]) });
    const wrong = rules({ ...given, usage: new Map([['p', { instances: 3, cores: 6, ram: 3072 }]]) });

    expect([right, wrong]).toEqual([[], ['quota-off']]);
  });

  it('finds a host for which nobody speaks, and one whose principal is not registered', () => {
    const host = { host: 'host1', cell: 'cell1', cellUuid: 'c' };
    const principals = [{ principal: 'AROA2', role: 'host', hosts: ['host2'] }] as const;

    const found = rules({
      hosts: [
        { ...host, principals: [] },
        { ...host, principals: ['AROA2'] },
      ],
      principals,
    });

    expect(found).toEqual(['host-without-principal', 'host-without-voice']);
  });

  it('finds a provider on which more is free than its claims leave', () => {
    const own = provider(1);
    const capacity = { VCPU: 16, MEMORY_MB: 8192 };

    const [found] = audit(
      facts({
        servers: [server()],
        claims: new Map([['server-1', { [own.uuid]: { VCPU: 1, MEMORY_MB: 512 } }]]),
        providers: [{ provider: own, capacity, free: { VCPU: 16, MEMORY_MB: 7680 } }],
      }),
    );

    expect(found).toMatchObject({ rule: 'free-off', remedy: { kind: 'correct-free', change: { VCPU: -1 } } });
  });
});
