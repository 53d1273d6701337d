import { describe, expect, test } from 'vitest';
import { MemoryTables } from '#adapters/memory/tables';
import { storeReschedule } from '#operations/reschedule';
import type { Executions } from '#ports/executions';
import type { Tables } from '#ports/tables';
import { waits } from '../fixtures/building-instance.ts';
import { watching } from '../fixtures/watching.ts';
import { cellTable, instanceKey, instanceMappingKey, MAPPINGS } from '#records/keys';
import { hadBy, HOSTS, hostsAttribute, operationNames } from '#records/operation';

const LAUNCH = operationNames('launch');
const WAIT = { operation: 'launch', uuid: 'u1', execution: 'e1', token: 'token', attempt: 1 } as const;

/** A server that the second host has, in its first attempt, with an execution that waits for it. */
async function waiting() {
  const tables = new MemoryTables();
  const failed: string[] = [];
  const executions: Executions = {
    start: () => Promise.reject(new Error('nothing is started')),
    status: () => Promise.resolve('RUNNING'),
    succeed: () => Promise.reject(new Error('nothing succeeds')),
    fail: async (token, error) => {
      failed.push(`${token} ${error}`);
    },
  };
  await tables.put(MAPPINGS, { ...instanceMappingKey('u1'), instance_uuid: 'u1', cell: 'cell1' });
  await tables.put(cellTable('cell1'), {
    ...instanceKey('u1'),
    uuid: 'u1',
    deleted: false,
    [LAUNCH.owner]: 'e1',
    [LAUNCH.attempt]: 1,
    [HOSTS]: hostsAttribute('host2'),
  });
  await waits(tables, WAIT);
  return { tables, executions, failed, item: () => tables.get(cellTable('cell1'), instanceKey('u1')) };
}

const request = { operation: 'launch', uuid: 'u1', attempt: 1, reason: 'it is full' } as const;

describe('a request to be rescheduled', () => {
  test('of the host that has the server is stored, and the wait ends', async () => {
    const world = await waiting();

    const outcome = await storeReschedule(world, { ...request, hosts: ['host2'] });

    expect(outcome).toEqual({ kind: 'stored' });
    expect((await world.item())?.[LAUNCH.reschedule]).toEqual({ attempt: 1, reason: 'it is full' });
    expect(world.failed).toEqual(['token RescheduledException']);
  });

  test.each([
    ['of a host that does not have the server', { hosts: ['host1'] }],
    ['of another attempt', { hosts: ['host2'], attempt: 2 }],
  ])('%s comes too late: nothing is stored, and the wait goes on', async (_title, change) => {
    const world = await waiting();
    const before = await world.item();

    const outcome = await storeReschedule(world, { ...request, ...change });

    expect(outcome).toEqual({ kind: 'stale' });
    expect(await world.item()).toEqual(before);
    expect(world.failed).toEqual([]);
  });

  test('of a server that its user deleted meanwhile comes too late, although its execution has ended', async () => {
    const world = await waiting();
    await world.tables.update(cellTable('cell1'), instanceKey('u1'), {
      set: { deleted: true, [hadBy('host2')]: true },
    });
    const executions: Executions = { ...world.executions, status: () => Promise.resolve('SUCCEEDED') };

    const outcome = await storeReschedule({ ...world, executions }, { ...request, hosts: ['host2'] });

    expect(outcome).toEqual({ kind: 'stale' });
  });

  test('of a deleted server that the host never had is refused', async () => {
    const world = await waiting();
    const table = cellTable('cell1');
    await world.tables.update(table, instanceKey('u1'), { set: { deleted: true }, remove: [HOSTS] });
    const executions: Executions = { ...world.executions, status: () => Promise.resolve('SUCCEEDED') };

    const outcome = await storeReschedule({ ...world, executions }, { ...request, hosts: ['host2'] });

    expect(outcome).toEqual({ kind: 'foreign' });
  });

  const ENDED_EXECUTIONS = { status: () => Promise.resolve('SUCCEEDED' as const) };
  const [TABLE, KEY] = [cellTable('cell1'), instanceKey('u1')];

  test('of a call is stored with where its answer is waited for', async () => {
    const world = await waiting();
    const reply = { queue: 'reply_1', messageId: 'm1' };

    await storeReschedule(world, { ...request, hosts: ['host2'], reply });

    expect((await world.item())?.[LAUNCH.reschedule]).toEqual({ attempt: 1, reason: 'it is full', reply });
  });

  test('ends the wait with its reason', async () => {
    const world = await waiting();
    const causes: string[] = [];
    const fail: Executions['fail'] = async (_token, _error, cause) => void causes.push(cause);

    await storeReschedule({ ...world, executions: { ...world.executions, fail } }, { ...request, hosts: ['host2'] });

    expect(causes).toEqual(['it is full']);
  });

  test.each([
    ['nothing waits', { owner: 'e2', attempt: 1 }],
    ['the wait is for another attempt', { owner: 'e1', attempt: 2 }],
  ])('is stored for who registers next where %s', async (_title, { owner, attempt }) => {
    const world = await waiting();
    await waits(world.tables, { ...WAIT, attempt });
    await world.tables.update(TABLE, KEY, { set: { [LAUNCH.owner]: owner } });

    expect(await storeReschedule(world, { ...request, hosts: ['host2'] })).toEqual({ kind: 'stored' });

    expect(world.failed).toEqual([]);
  });

  test.each([
    ['a host', ['host2']],
    ['the conductor', undefined],
  ])('of %s on a server whose execution has ended names the one that did', async (_who, hosts) => {
    const world = await waiting();
    const executions = { ...world.executions, ...ENDED_EXECUTIONS };

    expect(await storeReschedule({ ...world, executions }, { ...request, hosts })).toEqual({
      kind: 'unowned',
      owner: 'e1',
    });
  });

  test.each([
    ['of no cell is refused to a host', 'u9', ['host2'], { kind: 'foreign' }],
    ['of no cell is nobody’s', 'u9', undefined, { kind: 'unowned', owner: null }],
    ['that is gone is refused to a host', 'u1', ['host2'], { kind: 'foreign' }],
    ['that is gone is nobody’s', 'u1', undefined, { kind: 'unowned', owner: null }],
    ['is nothing to a principal without hosts', 'u1', [], { kind: 'stale' }],
  ])('for a server %s', async (_title, uuid, hosts, outcome) => {
    const world = await waiting();
    await world.tables.delete(TABLE, KEY);

    expect(await storeReschedule(world, { ...request, uuid, hosts })).toEqual(outcome);
  });

  test.each([
    ['that nobody owns any more is refused to a host', { [LAUNCH.owner]: null }, ['host2'], { kind: 'foreign' }],
    ['that nobody owns any more is nobody’s', { [LAUNCH.owner]: null }, undefined, { kind: 'unowned', owner: null }],
    ['whose attempt is another comes too late', { [LAUNCH.attempt]: 2 }, undefined, { kind: 'stale' }],
    ['that it has built comes too late', { vm_state: 'active' }, ['host2'], { kind: 'stale' }],
    ['that is being built is stored', { vm_state: 'building' }, ['host2'], { kind: 'stored' }],
    ['that any host may write is not this host’s', { [HOSTS]: null }, ['host2'], { kind: 'stale' }],
  ])('of a server %s', async (_title, set, hosts, outcome) => {
    const world = await waiting();
    await world.tables.update(TABLE, KEY, { set });

    expect(await storeReschedule(world, { ...request, hosts })).toEqual(outcome);
  });

  test('of a resize is stored whatever the server is', async () => {
    const world = await waiting();
    const names = operationNames('cold-migrate');
    await world.tables.update(TABLE, KEY, { set: { vm_state: 'active', [names.owner]: 'e1', [names.attempt]: 1 } });

    const outcome = await storeReschedule(world, { ...request, operation: 'cold-migrate', hosts: ['host2'] });

    expect(outcome).toEqual({ kind: 'stored' });
    expect(world.failed).toEqual([]);
  });

  test.each([
    [20, 'host2', 'stored'],
    [21, 'host2', 'stored'],
    [21, 'rack', 'stale'],
  ])('of a bridge of %i hosts, %s among them, is %s', async (count, first, kind) => {
    const world = await waiting();
    const hosts = [first, ...Array.from({ length: count - 1 }, (_, at) => `rack${at}`)];

    expect(await storeReschedule(world, { ...request, hosts })).toEqual({ kind });
  });

  test.each([
    ['a host that the attempt was not given to', ['host1'], 1, 'stale'],
    ['a host of a former attempt', ['host2'], 2, 'foreign'],
    ['a bridge, one of whose hosts has the server', ['host1', 'host2'], 2, 'foreign'],
  ])('of %s, although the execution has ended, changes nothing', async (_title, hosts, attempt, kind) => {
    const world = await waiting();
    const before = await world.item();
    const executions = { ...world.executions, ...ENDED_EXECUTIONS };

    expect(await storeReschedule({ ...world, executions }, { ...request, hosts, attempt })).toEqual({ kind });

    expect(await world.item()).toEqual(before);
  });

  test('of a bridge for a server that is gone comes too late', async () => {
    const world = await waiting();
    await world.tables.delete(TABLE, KEY);
    const hosts = Array.from({ length: 21 }, (_, at) => `rack${at}`);

    expect(await storeReschedule(world, { ...request, hosts })).toEqual({ kind: 'stale' });
  });

  test('comes again where the table is away', async () => {
    const world = await waiting();
    const tables = watching<Tables>(world.tables, { update: () => Promise.reject(new Error('away')) });

    await expect(storeReschedule({ ...world, tables }, { ...request, hosts: ['host2'] })).rejects.toEqual(
      new Error('away'),
    );
  });
});
