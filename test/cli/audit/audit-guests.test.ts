import { describe, expect, it } from 'vitest';
import { MemoryTables } from '#adapters/memory/tables';
import { givenUpHostActs, secondGuest } from '#cli/audit/audit-guests';
import type { AuditedGuests, AuditedInstance, AuditFacts } from '#cli/audit/audit-facts';
import { forgetGivenUp } from '#cli/audit/heal-guests';
import { cellTable, instanceKey } from '#records/keys';
import { actedBy, givenUp, givenUpHosts, type GivenUpHost } from '#records/items/given-up';
import { NO_FACTS } from './no-facts.ts';

const GIVEN_UP: GivenUpHost = {
  host: 'host1',
  operation: 'launch',
  at: '2026-01-01T10:00:00Z',
  destroys: null,
  kept: false,
  acted: { method: 'Instance.save', at: '2026-01-01T11:00:00Z' },
};

const server = (changes: Partial<AuditedInstance> = {}): AuditedInstance => ({
  uuid: 'server-1',
  name: 'vm',
  cell: 'cell1',
  host: 'host2',
  vmState: 'active',
  taskState: null,
  powerState: 1,
  project: 'p',
  flavor: 'm1.tiny',
  createdAt: null,
  updatedAt: '2026-01-01T08:00:00Z',
  deleted: false,
  hidden: false,
  lastExecution: null,
  owners: [],
  quota: undefined,
  held: undefined,
  givenUp: [GIVEN_UP],
  ...changes,
});

const report = (changes: Partial<AuditedGuests> = {}): AuditedGuests => ({
  host: 'host1',
  cell: 'cell1',
  reported_at: '2026-01-01T11:30:00Z',
  guests: [],
  second: [],
  ...changes,
});

const facts = (servers: readonly AuditedInstance[], guests: readonly AuditedGuests[] = []): AuditFacts => ({
  ...NO_FACTS,
  now: Date.parse('2026-01-01T12:00:00Z'),
  instances: servers,
  guests,
});

describe('a host that was given up', () => {
  it('is named once it acts for its server', () => {
    const [found] = givenUpHostActs(facts([server()]));

    expect(found).toMatchObject({ rule: 'given-up-host-acts', subject: 'server-1' });
    expect(found?.text).toContain('host1');
    expect(found?.remedy).toBeUndefined();
  });

  it.each([
    ['while it acts', []],
    [
      'once it has reported the guest',
      [report({ guests: ['server-1'], second: [{ uuid: 'server-1', recorded: 'host2' }] })],
    ],
  ])('is reported as ordered to destroy its guest, where it is, %s', (_when, guests) => {
    const ordered = facts([server({ givenUp: [{ ...GIVEN_UP, destroys: 'req-order' }] })], guests);

    const advice = [...givenUpHostActs(ordered), ...secondGuest(ordered)].map((finding) => finding.advice);

    expect(advice.length).toBeGreaterThan(0);
    for (const each of advice) expect(each).toContain('host1 was ordered to destroy its guest, in request req-order');
  });

  it.each([
    ['keeps silent', { givenUp: [{ ...GIVEN_UP, acted: undefined }] }],
    ['has the server again', { host: 'host1' }],
    ['was given up for a deleted server', { deleted: true }],
  ])('is not named while it %s', (_what, changes) => {
    expect(givenUpHostActs(facts([server(changes)]))).toEqual([]);
  });

  it('may be forgotten once it has reported that it has no such guest', () => {
    const [found] = givenUpHostActs(facts([server()], [report()]));

    expect(found?.remedy).toMatchObject({ kind: 'forget-given-up', host: 'host1', uuid: 'server-1' });
  });

  it.each([
    ['was made before it acted', { reported_at: '2026-01-01T10:30:00Z' }],
    ['names the guest', { guests: ['server-1'] }],
    ['is of another host', { host: 'host3' }],
    ['is of another cell', { cell: 'cell2' }],
  ])('is not forgotten for a report that %s', (_what, changes) => {
    const [found] = givenUpHostActs(facts([server()], [report(changes)]));

    expect(found?.remedy).toBeUndefined();
  });
});

describe('a guest that a host has reported', () => {
  const second = [{ uuid: 'server-1', recorded: 'host2' }];

  it('is named where its server is elsewhere still, and left to a person', () => {
    const [found] = secondGuest(facts([server()], [report({ second })]));

    expect(found).toMatchObject({ rule: 'second-guest', subject: 'server-1' });
    expect(found?.remedy).toBeUndefined();
  });

  it.each([
    ['is on that host by now', { host: 'host1' }],
    ['is deleted', { deleted: true }],
    ['is in another cell', { cell: 'cell2' }],
  ])('is not named where its server %s', (_what, changes) => {
    expect(secondGuest(facts([server(changes)], [report({ second })]))).toEqual([]);
  });
});

/** A server that host1 was given up for, with what it did last. */
async function noted(acted: string) {
  const tables = new MemoryTables();
  const marks = { ...givenUp({ operation: 'launch', request: 'req-1', at: 0 }, 'host1'), [actedBy('host1')]: acted };
  await tables.put(cellTable('cell1'), { ...instanceKey('server-1'), ...marks });
  const left = async () => givenUpHosts((await tables.get(cellTable('cell1'), instanceKey('server-1'))) ?? {});
  return { tables, left };
}

describe('heal', () => {
  const remedy = {
    kind: 'forget-given-up',
    cell: 'cell1',
    uuid: 'server-1',
    host: 'host1',
    actedAt: '2026-01-01T11:00:00Z',
  } as const;

  it('takes the note off the server, once', async () => {
    const { tables, left } = await noted('2026-01-01T11:00:00Z Instance.save');

    const mended = await forgetGivenUp({ tables }, remedy);
    const again = await forgetGivenUp({ tables }, remedy);

    expect([mended, again]).toEqual([true, false]);
    expect(await left()).toEqual([]);
  });

  it('leaves it where the host has acted again', async () => {
    const { tables, left } = await noted('2026-01-01T11:59:00Z Instance.save');

    expect(await forgetGivenUp({ tables }, remedy)).toBe(false);
    expect(await left()).toHaveLength(1);
  });
});
