import { MemoryTables } from '#adapters/memory/tables';
import type { Executions, ExecutionStatus } from '#ports/executions';
import type { Attributes } from '#ports/tables';
import { cellTable, instanceKey } from '#records/keys';
import { operationState, type Operation } from '#records/operation';

const CELL = { name: 'cell1', uuid: 'c1' };
export const TABLE = cellTable('cell1');
export const KEY = instanceKey('u1');

/** A server, and executions of which those named run. */
export async function serverWith(attributes: Attributes = {}, running: readonly string[] = ['first', 'second']) {
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

export const own = (operation: Operation, execution: string) => ({ operation, cell: CELL, uuid: 'u1', execution });
