import { describe, expect, test } from 'vitest';
import { MemoryTables } from '#adapters/memory/tables';
import { InstanceInvalidState, OperationBusy } from '#errors';
import { acquire } from '#operations/own-operation';
import type { Executions, ExecutionStatus } from '#ports/executions';
import type { Attributes, Tables } from '#ports/tables';
import { cellTable, instanceKey } from '#records/keys';
import { ENDED, operationNames, operationState, type Operation } from '#records/operation';
import { watching } from '../fixtures/watching.ts';

const CELL = { name: 'cell1', uuid: 'c1' };
const TABLE = cellTable('cell1');
const KEY = instanceKey('u1');

/** A server, and executions of which those named run. */
async function serverWith(attributes: Attributes = {}, running: readonly string[] = ['first', 'second']) {
  const tables = new MemoryTables();
  const executions: Executions = {
    start: () => Promise.reject(new Error('nothing is started')),
    status: async (_workflow, name): Promise<ExecutionStatus> => (running.includes(name) ? 'RUNNING' : 'SUCCEEDED'),
    succeed: () => Promise.reject(new Error('nothing succeeds')),
    fail: () => Promise.reject(new Error('nothing fails')),
  };
  await tables.put(TABLE, { ...KEY, uuid: 'u1', deleted: false, vm_state: 'active', task_state: null, ...attributes });
  const owners = async () => {
    const item = (await tables.get(TABLE, KEY)) ?? { ...KEY };
    return (['cold-migrate', 'live-migrate', 'rebuild', 'unshelve'] as const).flatMap((operation) => {
      const { owner } = operationState(item, operation);
      return owner === null ? [] : [`${operation} ${owner}`];
    });
  };
  return { tables, executions, owners };
}

const own = (operation: Operation, execution: string) => ({ operation, cell: CELL, uuid: 'u1', execution });

/** Tables whose first read is followed by something else before its reader hears of it. */
function interrupted(tables: Tables, meanwhile: () => Promise<unknown>): Tables {
  let first = true;
  return watching(tables, {
    get: async (table, key) => {
      const item = await tables.get(table, key);
      if (first) {
        first = false;
        await meanwhile();
      }
      return item;
    },
  });
}

describe('of two requests that read a server before either has written', () => {
  test.each([
    ['two cold migrations', 'cold-migrate', 'cold-migrate', 'resize_prep'],
    ['a cold and a live migration', 'cold-migrate', 'live-migrate', 'migrating'],
    ['two rebuilds', 'rebuild', 'rebuild', 'rebuilding'],
    ['an unshelving and a rebuild', 'unshelve', 'rebuild', 'rebuilding'],
  ] as const)('one owns it: %s', async (_title, first, second, task_state) => {
    const { tables, executions, owners } = await serverWith({ task_state });
    const meanwhile = () => acquire({ tables, executions }, own(second, 'second'), 'r2');

    const losing = acquire({ tables: interrupted(tables, meanwhile), executions }, own(first, 'first'), 'r1');

    await expect(losing).rejects.toSatisfy(
      (error) => error instanceof InstanceInvalidState || error instanceof OperationBusy,
    );
    expect(await owners()).toEqual([`${second} second`]);
  });

  test('a request whose server changed meanwhile looks again', async () => {
    const { tables, executions, owners } = await serverWith({ task_state: 'rebuilding' });
    const meanwhile = () => tables.update(TABLE, KEY, { set: { task_state: 'deleting' } });

    const item = await acquire({ tables: interrupted(tables, meanwhile), executions }, own('rebuild', 'first'), 'r1');

    expect(item).toMatchObject({ task_state: 'deleting' });
    expect(await owners()).toEqual(['rebuild first']);
  });
});

describe('a request on a server that another execution owns', () => {
  const LIVE = operationNames('live-migrate');

  test.each([
    ['is in the middle of its task is refused', { task_state: 'migrating' }, InstanceInvalidState],
    ['whose task a host has ended waits', { task_state: 'migrating', [ENDED]: 'active' }, OperationBusy],
    ['whose task has given way to the next waits', { task_state: 'rebuilding' }, OperationBusy],
    [
      'whose migration is over waits',
      { task_state: 'migrating', [LIVE.migration]: 'm', [LIVE.migrationStatus]: 'completed' },
      OperationBusy,
    ],
  ])('that %s', async (_title, attributes, error) => {
    const { tables, executions } = await serverWith({ [LIVE.owner]: 'first', ...attributes });

    const asking = acquire({ tables, executions }, own('live-migrate', 'second'), 'r2');

    await expect(asking).rejects.toBeInstanceOf(error);
  });

  test('that runs no more succeeds it', async () => {
    const { tables, executions, owners } = await serverWith({ [LIVE.owner]: 'gone' }, ['second']);

    await acquire({ tables, executions }, own('rebuild', 'second'), 'r2');

    expect(await owners()).toEqual(['rebuild second']);
  });
});
