import { describe, expect, test } from 'vitest';
import { MemoryTables } from '#adapters/memory/tables';
import { storeReschedule } from '#operations/reschedule';
import type { Executions } from '#ports/executions';
import { cellTable, instanceKey, instanceMappingKey, MAPPINGS } from '#records/keys';
import { hadBy, HOSTS, hostsAttribute, operationNames } from '#records/operation';

const LAUNCH = operationNames('launch');

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
    [LAUNCH.token]: 'token',
    [HOSTS]: hostsAttribute('host2'),
  });
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
});
