import { describe, expect, it } from 'vitest';
import type { AuditedInstance, AuditFacts } from '#cli/audit/audit-facts';
import type { AuditedMigration } from '#cli/audit/audited-migrations';
import { audit } from '#cli/audit/audit-rules';
import { provider, ROOT } from '../../fixtures/provider.ts';
import { LONG_AGO, migration, owner, server } from './audited.ts';
import { NO_FACTS } from './no-facts.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');
/** A deployment in which everything fits together, with changes. */
const facts = (changes: Partial<AuditFacts> = {}): AuditFacts => ({
  ...NO_FACTS,
  now: NOW,
  mappings: (changes.instances ?? []).map(({ uuid, cell }) => ({ uuid, cell })),
  ...changes,
});

const rules = (changes: Partial<AuditFacts>): string[] => audit(facts(changes)).map(({ rule }) => rule);
const HELD = { p1: { VCPU: 1, MEMORY_MB: 512 } };

describe('audit', () => {
  it('finds nothing in a deployment that fits together', () => {
    const found = rules({
      instances: [server({ quota: { project: 'p', share: { instances: 1, cores: 1, ram: 512 } } })],
      usage: [{ project: 'p', amounts: { instances: 1, cores: 1, ram: 512 } }],
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
        instances: [server({ deleted: true })],
        buildRequests: [{ uuid: 'scheduling', createdAt: null }],
        requested: [{ uuid: 'scheduling', execution: 'build/r', status: 'RUNNING' }],
        migrations: [migration({ uuid: 'moving', status: 'finished' })],
      }),
    );

    expect(found.map(({ rule, subject }) => [rule, subject])).toEqual([['orphaned-claim', 'server-1']]);
    expect(found[0]?.remedy).toEqual({ kind: 'release-claim', consumer: 'server-1' });
  });

  it('finds a server that holds nothing on its host', () => {
    expect(rules({ instances: [server({ host: 'host1' })] })).toEqual(['server-without-claim']);
  });

  it('finds a server whose mapping is missing, and offers to map it', () => {
    const [found] = audit(facts({ instances: [server()], mappings: [] }));

    expect(found).toMatchObject({
      rule: 'server-unmapped',
      remedy: { kind: 'map-server', cell: 'cell1', project: 'p' },
    });
  });

  it('finds a server that two cells have, and offers nothing', () => {
    const [found, ...more] = audit(facts({ instances: [server(), server({ cell: 'cell2' })] }));

    expect(found).toMatchObject({ rule: 'server-in-two-cells' });
    expect(found?.remedy).toBeUndefined();
    expect(more).toEqual([]);
  });

  it('finds a mapping to a cell that was restored to a time before its server', () => {
    expect(rules({ mappings: [{ uuid: 'server-1', cell: 'cell1' }] })).toEqual(['orphaned-mapping']);
  });

  it('finds a build request whose execution has failed, and names it', () => {
    const [found] = audit(
      facts({
        buildRequests: [{ uuid: 's', createdAt: LONG_AGO }],
        requested: [{ uuid: 's', execution: 'build/r1', status: 'FAILED' }],
      }),
    );

    expect(found).toMatchObject({ rule: 'build-request-without-execution' });
    expect(found?.advice).toBe('conductor execution redrive build/r1');
  });

  it('leaves a young build request alone', () => {
    expect(rules({ buildRequests: [{ uuid: 's', createdAt: '2026-01-01T11:55:00Z' }] })).toEqual([]);
  });

  it('finds a transition whose execution is over', () => {
    const owners = [{ operation: 'launch', owner: 'server-1', status: 'FAILED' }] as const;

    const found = audit(facts({ instances: [server({ vmState: 'building', taskState: 'spawning', owners })] }));

    expect(found.map(({ rule }) => rule)).toEqual(['stuck-instance']);
    expect(found[0]?.advice).toBe('conductor execution redrive launch/server-1');
  });

  it('leaves a server in transition alone that changed lately, and one that an execution is at work on', () => {
    const spawning = { vmState: 'building', taskState: 'spawning' };
    const young = server({ ...spawning, updatedAt: '2026-01-01T11:55:00Z' });
    const owned = server({ ...spawning, owners: [owner('RUNNING', 'launch')] });

    expect([young, owned].map((instance) => rules({ instances: [instance] }))).toEqual([[], []]);
  });

  it('finds an evacuation that is done although its server is on its source, and none whose server is elsewhere', () => {
    const evacuations = [
      { uuid: 'e1', cell: 'cell1', instance: 'server-1', source: 'host1', status: 'done' },
    ] satisfies AuditFacts['evacuations'];
    const on = (host: string | null) => rules({ evacuations, instances: [server({ host, vmState: 'error' })] });

    expect([on('host1'), on('host2'), on(null)]).toEqual([['undone-evacuation'], [], []]);
  });

  it('finds a project and a user whose usage is not what their servers and pending requests come to', () => {
    const share = { instances: 1, cores: 2, ram: 1024 };
    const given = { instances: [server({ quota: { project: 'p', user: 'u', share } })] };
    const usage = ['u', undefined].map((user) => ({ project: 'p', user, amounts: share }));

    const right = rules({ ...given, usage });
    const wrong = audit(facts({ ...given, usage: [{ project: 'p', amounts: { ...share, instances: 3 } }] }));

    expect(right).toEqual([]);
    expect(wrong.map(({ rule, subject }) => `${rule} ${subject}`)).toEqual(
      ['p', 'p, user u'].map((each) => `quota-mismatch ${each}`),
    );
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

    expect(found).toEqual(['host-without-principal', 'principal-not-registered']);
  });

  it('finds a provider on which more is free than its claims leave', () => {
    const own = provider(1);
    const capacity = { VCPU: 16, MEMORY_MB: 8192 };

    const [found] = audit(
      facts({
        instances: [server()],
        claims: new Map([['server-1', { [own.uuid]: { VCPU: 1, MEMORY_MB: 512 } }]]),
        providers: [{ provider: own, capacity, free: { VCPU: 16, MEMORY_MB: 7680 }, ...ROOT }],
      }),
    );

    expect(found).toMatchObject({ rule: 'inventory-mismatch', remedy: { kind: 'correct-free', change: { VCPU: -1 } } });
  });

  describe('of moves', () => {
    const held = { VCPU: 1, MEMORY_MB: 512 };
    const capacity = { VCPU: 16, MEMORY_MB: 8192 };
    const free = { VCPU: 15, MEMORY_MB: 7680 };
    const providers = [1, 2].map((at) => ({ provider: provider(at), capacity, free, ...ROOT }));
    const [first, second] = [provider(1).uuid, provider(2).uuid];

    /** server-1 on host1, which holds something on host1 and host2. */
    const holdingBoth = (changes: Partial<AuditedInstance> = {}, migrations: AuditedMigration[] = []) =>
      facts({
        instances: [server({ host: 'host1', ...changes })],
        claims: new Map([['server-1', { [first]: held, [second]: held }]]),
        providers,
        migrations,
      });

    it('finds a claim on another host than the server is on, and offers to release it', () => {
      const found = audit(holdingBoth({}, [migration({ status: 'error' })]));

      expect(found).toMatchObject([
        {
          rule: 'claim-on-another-host',
          subject: 'server-1',
          text: 'server server-1 is on host1 and holds something on host2',
          remedy: { kind: 'release-elsewhere', cell: 'cell1', uuid: 'server-1', host: 'host1' },
        },
      ]);
    });

    it.each([
      ['while an execution runs', { owners: [owner('RUNNING', 'rebuild')] }, []],
      ['while a migration goes on', {}, [migration({ status: 'finished' })]],
      ['of a server that is nowhere', { host: null }, []],
    ])('leaves a claim on a second host alone %s', (_when, changes, migrations) => {
      expect(audit(holdingBoth(changes, migrations))).toEqual([]);
    });

    it('leaves the claim to people while a failed execution can still be redriven', () => {
      const [found] = audit(holdingBoth({ owners: [owner('FAILED', 'rebuild')] }));

      expect(found?.remedy).toBeUndefined();
      expect(found?.advice).toContain('conductor execution redrive rebuild/x1');
    });

    it('leaves it to people where a server that holds nothing on its host belongs', () => {
      const found = audit(
        facts({
          instances: [server({ host: 'host1' })],
          claims: new Map([['server-1', { [second]: held }]]),
          providers: providers.filter((each) => each.provider.uuid === second),
        }),
      );

      expect(found.map(({ rule, remedy }) => [rule, remedy])).toEqual([
        ['server-without-claim', undefined],
        ['claim-on-another-host', undefined],
      ]);
    });

    it('finds a migration whose execution is gone, and offers to end it', () => {
      const found = audit(facts({ instances: [server({ owners: [owner('gone')] })], migrations: [migration()] }));

      expect(found).toMatchObject([
        {
          rule: 'orphaned-migration',
          subject: 'migration-1',
          remedy: { kind: 'end-migration', cell: 'cell1', uuid: 'server-1', migration: 'migration-1' },
        },
      ]);
    });

    it('finds a migration that outlived its server', () => {
      expect(rules({ instances: [server({ deleted: true })], migrations: [migration()] })).toEqual([
        'orphaned-migration',
      ]);
    });

    it.each([
      ['whose execution has failed', { owners: [owner('FAILED')] }, 'conductor execution redrive live-migrate/x1'],
      ['whose server has a task', { taskState: 'migrating', updatedAt: LONG_AGO }, 'its server is migrating'],
    ])('leaves a migration %s to people', (_which, changes, advice) => {
      const found = audit(facts({ instances: [server(changes)], migrations: [migration()] }));

      const finding = found.find(({ rule }) => rule === 'orphaned-migration');
      expect(finding?.remedy).toBeUndefined();
      expect(finding?.advice).toContain(advice);
    });

    it.each([
      ['that a running execution sees to', {}, [owner('RUNNING')]],
      ['of a resize that waits for its confirmation', { type: 'resize', status: 'finished' }, []],
      ['of a resize that is being confirmed', { type: 'resize', status: 'confirming' }, []],
      ['of a resize that is being reverted', { type: 'resize', status: 'reverting' }, []],
      ['that has ended in error', { status: 'error' }, []],
      ['that is deleted', { deleted: true }, []],
      ['that has just been written', { updatedAt: '2026-01-01T11:55:00Z' }, []],
    ])('leaves a migration alone %s', (_which, changes, owners) => {
      expect(rules({ instances: [server({ owners })], migrations: [migration(changes)] })).toEqual([]);
    });
  });
});
