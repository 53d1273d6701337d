import { assert, asyncProperty, constantFrom, nat, option, scheduler, uniqueArray, type Scheduler } from 'fast-check';
import { expect, test } from 'vitest';
import type { MemoryTables } from '#adapters/memory/tables';
import { showInCell } from '#operations/show-in-cell';
import { all, exists, type Condition } from '#ports/conditions';
import { ConditionFailed, type Attributes, type Tables } from '#ports/tables';
import { deleteHidden } from '#records/copies/delete-hidden';
import { quotaHeld, quotaHold, recountQuota, returnQuota } from '#records/instance-quota';
import { instanceItem } from '#records/items/instance';
import { API, cellTable, instanceMappingKey, MAPPINGS, quotaKey } from '#records/keys';
import { HIDDEN, IS_HIDDEN, IS_SHOWN } from '#records/operation';
import { NOW } from '../fixtures/records.ts';
import { FROM, KEY, owner, SHOWN, TO } from './shown-in-cell.ts';
import { memoryTables } from '../fixtures/tables.ts';
import { watchingAll } from '../fixtures/watching.ts';

const COPY = { ...KEY, uuid: 'u1', deleted: false, [owner]: 'e1', task_state: 'resize_migrated' };
const clock = { now: () => Date.parse(NOW), timer: () => () => undefined };

/** Writes a record where the condition holds. */
async function change(tables: Tables, cell: string, set: Attributes, condition: Condition): Promise<void> {
  try {
    await tables.update(cellTable(cell), KEY, { set }, all(exists, condition));
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
}

/** Counts what is there now, unless it is hidden, as is done after each write of a host. */
async function counted(tables: Tables, cell: string): Promise<void> {
  const item = await tables.get(cellTable(cell), KEY);
  if (item === undefined || instanceItem(item).hidden) return;
  await (instanceItem(item).deleted ? returnQuota : recountQuota)({ tables }, cellTable(cell), item);
}

/** What may happen during a switch. */
const RIVALS = {
  again: (tables: Tables) => showInCell({ tables, clock }, SHOWN),
  'its user deletes it': async (tables: Tables) => {
    await change(tables, 'cell1', { task_state: 'deleting', 'op:deletion': true }, IS_SHOWN);
    await change(tables, 'cell1', { deleted: true }, IS_SHOWN);
    await counted(tables, 'cell1');
  },
  'it is deleted where it has come to': async (tables: Tables) => {
    await change(tables, 'cell2', { task_state: 'deleting', 'op:deletion': true }, IS_SHOWN);
    await change(tables, 'cell2', { deleted: true }, IS_SHOWN);
    await counted(tables, 'cell2');
  },
  'it is undone': async (tables: Tables) => {
    await change(tables, 'cell2', { task_state: 'resize_reverting' }, IS_HIDDEN);
    await deleteHidden({ tables }, 'cell2', 'u1');
  },
  'its host saves another size': async (tables: Tables) => {
    await change(tables, 'cell1', { vcpus: 8, memory_mb: 4096 }, IS_SHOWN);
    await counted(tables, 'cell1');
  },
  'the other host saves another size': async (tables: Tables) => {
    await change(tables, 'cell2', { vcpus: 3, memory_mb: 768 }, exists);
    await counted(tables, 'cell2');
  },
} as const;

/** A server that cell1 shows, with a larger copy in cell2. */
async function twice(): Promise<MemoryTables> {
  const { tables } = memoryTables();
  const counts = quotaHold({ project: 'p', share: { instances: 1, cores: 2, ram: 512 } });
  await tables.put(cellTable('cell1'), { ...COPY, vcpus: 2, memory_mb: 512, hidden: false, ...counts });
  await tables.put(cellTable('cell2'), { ...COPY, vcpus: 4, memory_mb: 1024, hidden: true, [HIDDEN]: true });
  await tables.put(MAPPINGS, { ...instanceMappingKey('u1'), cell: 'cell1', cell_uuid: 'c-1', by_cell: 'c-1' });
  await tables.put(API, { ...quotaKey('p'), project_id: 'p', instances: 1, cores: 2, ram: 512 });
  return tables;
}

/** Tables whose calls come in the order that the scheduler chooses; the function dies at one of its calls. */
function inAnyOrder(tables: MemoryTables, order: Scheduler, death?: number): Tables {
  let calls = 0;
  return watchingAll<Tables>(tables, async (method, _args, run) => {
    await order.schedule(Promise.resolve(), method);
    calls += 1;
    if (calls - 1 === death) throw new Error('the function died');
    const result = await run();
    await order.schedule(Promise.resolve(), `after ${method}`);
    return result;
  });
}

/** What the cells show, what their copies count, and what their project does. */
async function outcome(tables: MemoryTables) {
  const copies = (await Promise.all([FROM, TO].map(({ name }) => tables.get(cellTable(name), KEY)))).map((item, at) => {
    if (item === undefined || instanceItem(item).deleted) return undefined;
    const { hidden, vcpus: cores, memory_mb: ram } = instanceItem(item);
    return { cell: [FROM, TO][at]?.name, hidden, size: { instances: 1, cores, ram }, counts: quotaHeld(item)?.share };
  });
  const live = copies.filter((copy) => copy !== undefined);
  const usage = (await tables.get(API, quotaKey('p'))) ?? KEY;
  return {
    shown: live.filter(({ hidden }) => !hidden).map(({ cell, counts }) => [cell, counts]),
    hidden: live.filter(({ hidden }) => hidden).map(({ counts }) => counts),
    size: live.find(({ hidden }) => !hidden)?.size,
    usage: Object.fromEntries(Object.entries(usage).filter(([name]) => ['instances', 'cores', 'ram'].includes(name))),
    mapped: (await tables.get(MAPPINGS, instanceMappingKey('u1')))?.['cell'],
  };
}

test('a switch that races with anything shows the server once, where it is mapped, and counts it by its size there', async () => {
  const names = Object.keys(RIVALS).filter(isRival);
  const rivals = uniqueArray(constantFrom(...names), { maxLength: 3 });

  const property = asyncProperty(scheduler(), rivals, option(nat(4)), async (order, chosen, death) => {
    const tables = await twice();
    const racing = [
      showInCell({ tables: inAnyOrder(tables, order, death ?? undefined), clock }, SHOWN),
      ...chosen.map((name) => RIVALS[name](inAnyOrder(tables, order))),
    ];
    await order.waitFor(Promise.allSettled(racing));
    // A step that has failed, or whose function has died, is tried again.
    await showInCell({ tables, clock }, SHOWN).catch(() => undefined);

    const { shown, hidden, size, usage, mapped } = await outcome(tables);
    expect(shown).toEqual(size === undefined ? [] : [[mapped, size]]);
    expect(size === undefined).toBe(chosen.some((name) => name.includes('delete')) && shown.length === 0);
    expect(hidden.filter((counts) => counts !== undefined)).toEqual([]);
    expect(usage).toEqual(size ?? { instances: 0, cores: 0, ram: 0 });
  });

  await assert(property, { numRuns: 500, seed: 1 });
});

function isRival(name: string): name is keyof typeof RIVALS {
  return name in RIVALS;
}
