import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import { Migration } from '#objects/migration/migration';
import type { Attributes } from '#ports/tables';
import { instanceAuthority } from '#records/authority/conditions';
import type { AuthorityRule } from '#records/authority/rules';
import { atWork, attendsAs, mayRead, ownHost, search, reportsAs } from '#records/authority/rules';
import { cellTable, instanceKey } from '#records/keys';
import { startAction } from '#records/methods/instance-action';
import { finishEvent, startEvent } from '#records/methods/instance-action-event';
import { ASKED, hadBy, HOSTS, hostsAttribute } from '#records/operation';
import { createMigration } from '#records/methods/migration';
import { permitted } from '#records/permission/permit';
import { recordsOn, storedInstance, UUID } from '../fixtures/records.ts';
import { memoryTables } from '../fixtures/tables.ts';

const EVENT = 'compute__do_build_and_run_instance';
const SEARCH = search('filters', ['host', 'source_compute'], 'uuid');

/** The server of host1, with these changes of its record, and what a caller who stands for hosts is let do. */
async function asked(hosts: readonly string[], changes: Attributes = {}) {
  const { tables } = memoryTables();
  const clock = new VirtualClock(Date.parse('2026-11-22T12:00:00Z'));
  const api = recordsOn(tables, { clock });
  await storedInstance(api, { host: 'host1' });
  const change = (set: Attributes) => tables.update(cellTable('cell1'), instanceKey(UUID), { set });
  if (Object.keys(changes).length > 0) await change(changes);
  const may = (rule: AuthorityRule, args: Readonly<Record<string, unknown>>, speakers = hosts) =>
    permitted({ ...api, hosts: speakers }, rule, (name) => args[name]).then(
      () => 'may',
      (error: unknown) => (error instanceof Error ? error.message : error),
    );
  return { api, change, clock, may };
}

describe('a host', () => {
  it('that is asked whether it takes a server reports on it, and writes nothing of it', async () => {
    const { may } = await asked(['host2'], { [ASKED]: hostsAttribute('host2') });

    const reports = await may(reportsAs('instance_uuid', 'host'), { instance_uuid: UUID, host: 'host2' });
    const attends = await may(attendsAs('instance_uuid', 'host'), { instance_uuid: UUID, host: 'host2' });
    const writes = await may(atWork('instance_uuid'), { instance_uuid: UUID });

    expect([reports, attends]).toEqual(['may', 'may']);
    expect(writes).toContain('it is not at work on it');
  });

  it('says of its own server nothing in the name of another host', async () => {
    const { may } = await asked(['host1']);
    const rule = attendsAs('instance_uuid', 'host');

    expect(await may(rule, { instance_uuid: UUID, host: 'host1' })).toBe('may');
    expect(await may(rule, { instance_uuid: UUID })).toBe('may');
    expect(await may(rule, { instance_uuid: UUID, host: 'host2' })).toContain('in the name of another host');
  });

  it('that has left a server reports on it while an event of its own is open, and no longer', async () => {
    const { api, change, may } = await asked(['host1']);
    const event = { uuid: UUID, event: EVENT, host: 'host1' };
    const said = () => may(reportsAs('instance_uuid', 'host'), { instance_uuid: UUID, host: 'host1' });
    await startAction(api, UUID, 'create');
    await startEvent({ ...api, hosts: ['host1'] }, event);
    await change({ [HOSTS]: hostsAttribute('host2'), host: 'host2' });

    const open = await said();
    await finishEvent(api, { uuid: UUID, event: EVENT, details: null, traceback: null });
    const ended = await said();

    expect(open).toBe('may');
    expect(ended).toContain('it is not at work on it');
  });

  it('reports on no server for the event of another host', async () => {
    const { api, change, may } = await asked(['host1']);
    await startAction(api, UUID, 'create');
    await startEvent({ ...api, hosts: ['host2'] }, { uuid: UUID, event: EVENT, host: 'host2' });
    await change({ [HOSTS]: hostsAttribute('host2'), host: 'host2' });

    const said = await may(reportsAs('instance_uuid', 'host'), { instance_uuid: UUID, host: 'host1' });

    expect(said).toContain('it is not at work on it');
  });

  it('that had a server which its user deletes writes its end, and begins no other task', async () => {
    const { api } = await asked(['host1']);
    const deleting = {
      task_state: 'deleting',
      host: 'host2',
      [HOSTS]: hostsAttribute('host2'),
      [hadBy('host1')]: true,
    };
    const writes = (row: Attributes) => () =>
      instanceAuthority({ hosts: ['host1'], context: api.context }, UUID, row).refuse(deleting);

    expect(writes({ vm_state: 'deleted', task_state: null })).not.toThrow();
    expect(writes({ task_state: 'rebooting' })).toThrow('it is not at work on it');
  });

  it.each(['source_compute', 'dest_compute'])('that a move of a server names as %s reads it', async (named) => {
    const { api, change, may } = await asked(['host1']);
    await change({ [HOSTS]: hostsAttribute('host2'), host: 'host2' });
    const migration = Migration.make({ instance_uuid: UUID, migration_type: 'migration', status: 'confirmed' });
    migration.assign(named, 'host1');
    await createMigration(api, migration);

    expect(await may(mayRead('instance_uuid'), { instance_uuid: UUID })).toBe('may');
  });

  it('that may not read a server may not the next time either', async () => {
    const { change, may } = await asked(['host1']);
    await change({ [HOSTS]: hostsAttribute('host2'), host: 'host2' });
    const read = () => may(mayRead('instance_uuid'), { instance_uuid: UUID });

    expect(await read()).toContain('it was never at work on it');
    expect(await read()).toContain('it was never at work on it');
  });

  it.each([
    ['its own and others', ['host1', 'host2']],
    ['none', []],
    ['another', 'host2'],
  ])('touches what belongs to hosts only where all that it names are its own: %s', async (_title, host) => {
    const { may } = await asked(['host1']);

    expect(await may(ownHost('host'), { host: ['host1'] })).toBe('may');
    expect(await may(ownHost('host'), { host })).toContain('what belongs to another host');
  });

  it('names a thousand servers at once, and no more', async () => {
    const { may } = await asked(['host1']);
    const named = (count: number) => may(mayRead('instance_uuids'), { instance_uuids: Array(count).fill(UUID) });

    expect(await named(1000)).toBe('may');
    expect(await named(1001)).toContain('more than 1000 servers at once');
  });

  it.each([
    ['its own host', { host: 'host1' }, true],
    ['its own host at the other end', { source_compute: 'host1' }, true],
    ['servers by name', { uuid: [UUID] }, true],
    ['its own host and others', { host: ['host1', 'host2'] }, false],
    ['no host and no server', {}, false],
    ['more servers than one host has', { uuid: Array(1001).fill(UUID) }, false],
  ])('looks for no more than its own and what it names: %s', async (_title, filters, allowed) => {
    const { may } = await asked(['host1']);

    expect((await may(SEARCH, { filters })) === 'may').toBe(allowed);
  });

  it('that may read a server goes on reading it for a minute, and no other host does', async () => {
    const { change, clock, may } = await asked(['host1']);
    const reads = (host = 'host1') => may(mayRead('instance_uuid'), { instance_uuid: UUID }, [host]);
    const before = await reads();
    await change({ [HOSTS]: hostsAttribute('host2'), host: 'host2', [hadBy('host1')]: true });

    const soon = await reads();
    const attends = await may(attendsAs('instance_uuid', 'host'), { instance_uuid: UUID, host: 'host1' });
    const another = await reads('host3');
    await clock.advance(60_001);
    const later = await reads();

    expect([before, soon]).toEqual(['may', 'may']);
    expect(attends).toContain('it is not at work on it');
    expect(another).toContain('it was never at work on it');
    expect(later).toContain('it was never at work on it');
  });
});

describe('a bridge of many hosts', () => {
  const BRIDGE = Array.from({ length: 30 }, (_, at) => `host${at + 10}`);
  const RULE = { rule: 'condition', on: 'instance' } as const;

  it('works with those of its hosts that the record concerns', async () => {
    const { api } = await asked(BRIDGE, { host: 'host12', [HOSTS]: hostsAttribute('host12', 'host15') });

    const { hosts } = await permitted({ ...api, hosts: BRIDGE }, RULE, (name) => (name === 'uuid' ? UUID : undefined));

    expect(hosts).toEqual(['host12', 'host15']);
  });

  it('changes nothing that concerns none of them', async () => {
    const { may } = await asked(BRIDGE);

    expect(await may(RULE, { uuid: UUID })).toContain('change what concerns other hosts');
  });
});
