import { describe, expect, it } from 'vitest';
import { showInCell } from '#operations/show-in-cell';
import type { Attributes, Tables } from '#ports/tables';
import { API, cellTable, instanceMappingKey, MAPPINGS, quotaKey } from '#records/keys';
import { HIDDEN, QUOTA } from '#records/operation';
import { transitionPartition } from '#records/instance-index';
import { quotaHold } from '#records/instance-quota';
import { NOW } from '../fixtures/records.ts';
import { rejected } from '../fixtures/rejected.ts';
import { KEY, owner, SHOWN } from './shown-in-cell.ts';
import { memoryTables } from '../fixtures/tables.ts';
import { watching } from '../fixtures/watching.ts';

const COUNTS = quotaHold({ project: 'p', share: { instances: 1, cores: 2, ram: 512 } });
const COPY = { ...KEY, uuid: 'u1', deleted: false, [owner]: 'e1', vcpus: 2, memory_mb: 512, task_state: 'resize_prep' };

/** A server that cell1 shows, with a hidden copy in cell2; null where there is none. */
async function twice(shown: Attributes | null = {}, copy: Attributes | null = {}) {
  const { tables } = memoryTables();
  if (shown !== null) await tables.put(cellTable('cell1'), { ...COPY, hidden: false, ...COUNTS, ...shown });
  if (copy !== null) await tables.put(cellTable('cell2'), { ...COPY, hidden: true, [HIDDEN]: true, ...copy });
  await tables.put(MAPPINGS, { ...instanceMappingKey('u1'), cell: 'cell1', cell_uuid: 'c-1', by_cell: 'c-1' });
  await tables.put(API, { ...quotaKey('p'), project_id: 'p', instances: 1, cores: 2, ram: 512 });
  const clock = { now: () => Date.parse(NOW), timer: () => () => undefined };
  const item = (cell: string) => tables.get(cellTable(cell), KEY);
  const mapping = () => tables.get(MAPPINGS, instanceMappingKey('u1'));
  return { tables, clock, item, mapping, all: () => structuredClone(tables.dump()) };
}

describe('a server that is shown in another cell', () => {
  it('is hidden where it was, mapped to where it is shown, and counts there', async () => {
    const world = await twice();

    await showInCell(world, SHOWN);

    expect(await world.item('cell1')).toMatchObject({ hidden: true, [HIDDEN]: true, updated_at: NOW });
    expect(await world.item('cell1')).not.toHaveProperty([QUOTA]);
    expect(await world.item('cell2')).toMatchObject({ hidden: false, updated_at: NOW, ...COUNTS });
    expect(await world.item('cell2')).not.toHaveProperty([HIDDEN]);
    expect(await world.mapping()).toMatchObject({ cell: 'cell2', cell_uuid: 'c-2', by_cell: 'c-2', updated_at: NOW });
  });

  it('is shown once: a repeat changes nothing', async () => {
    const world = await twice();
    await showInCell(world, SHOWN);
    const before = world.all();

    await showInCell(world, SHOWN);

    expect(world.all()).toEqual(before);
  });

  it('counts by the size that it has there', async () => {
    const world = await twice({}, { vcpus: 4, memory_mb: 1024 });

    await showInCell(world, SHOWN);

    expect(await world.tables.get(API, quotaKey('p'))).toMatchObject({ instances: 1, cores: 4, ram: 1024 });
  });

  it('that counts nothing counts nothing there', async () => {
    const world = await twice({ [QUOTA]: null });

    await showInCell(world, SHOWN);

    expect(await world.item('cell2')).toMatchObject({ hidden: false });
    expect(await world.item('cell2')).not.toHaveProperty([QUOTA]);
  });

  it.each([
    ['gone', null, null, { name: 'InstanceNotFound', params: { instance_id: 'u1' } }],
    ['deleted', { deleted: true }, {}, { name: 'InstanceNotFound', params: { instance_id: 'u1' } }],
    ['being deleted', { task_state: 'deleting' }, {}, { name: 'InstanceNotFound' }],
    ['gone where it was shown', null, {}, { name: 'InstanceNotFound' }],
    ['without its copy', {}, null, { name: 'InstanceNotFound' }],
    ['hidden already', { [HIDDEN]: true }, {}, { name: 'InstanceNotFound' }],
    [
      'another execution’s',
      { [owner]: 'e2' },
      {},
      {
        name: 'InstanceInvalidState',
        params: { instance_uuid: 'u1', attr: 'task_state', state: 'resize_prep', method: 'cross-cell-resize' },
      },
    ],
    ['with a copy of another execution', {}, { [owner]: 'e2' }, { name: 'InstanceNotFound' }],
    [
      'with a copy of another execution that is shown',
      {},
      { [owner]: 'e2', hidden: false },
      { name: 'InstanceNotFound' },
    ],
    ['with a deleted copy', {}, { deleted: true }, { name: 'InstanceNotFound' }],
  ])('is refused where it is %s, and nothing is changed', async (_title, shown, copy, refusal) => {
    const world = await twice(shown, copy);
    const before = world.all();

    expect(await rejected(showInCell(world, SHOWN))).toMatchObject(refusal);

    expect(world.all()).toEqual(before);
  });

  it('is refused where it is mapped elsewhere by now', async () => {
    const world = await twice();
    await world.tables.update(MAPPINGS, instanceMappingKey('u1'), { set: { cell: 'cell3' } });

    expect(await rejected(showInCell(world, SHOWN))).toMatchObject({ name: 'InstanceNotFound' });
  });

  it('is shown although the answer of the first write was lost', async () => {
    const world = await twice({}, { vcpus: 4, memory_mb: 1024 });
    const tables = watching<Tables>(world.tables, {
      transact: async (actions) => {
        await world.tables.transact(actions);
        await world.tables.transact(actions);
      },
    });

    await showInCell({ ...world, tables }, SHOWN);

    expect(await world.item('cell2')).toMatchObject({ hidden: false });
    expect(await world.tables.get(API, quotaKey('p'))).toMatchObject({ cores: 4 });
  });

  it('counts by the size that its host saves between the look at it and the write', async () => {
    const world = await twice();
    let written = 0;
    const tables = watching<Tables>(world.tables, {
      transact: async (actions) => {
        written += 1;
        if (written === 1) await world.tables.update(cellTable('cell2'), KEY, { set: { vcpus: 8 } });
        await world.tables.transact(actions);
      },
    });

    await showInCell({ ...world, tables }, SHOWN);

    expect(await world.item('cell2')).toMatchObject({ hidden: false, vcpus: 8 });
    expect(await world.tables.get(API, quotaKey('p'))).toMatchObject({ cores: 8 });
  });

  it.each([
    ['by its task', { task_state: 'resize_prep' }, transitionPartition('u1')],
    [
      'at its host alone where nothing goes on with it',
      { vm_state: 'active', task_state: null, host: 'host1' },
      undefined,
    ],
  ])('is looked up %s', async (_title, copy, lookup) => {
    const world = await twice({}, { lookup: 'elsewhere', ...copy });

    await showInCell(world, SHOWN);

    expect((await world.item('cell2'))?.['lookup']).toBe(lookup);
    expect((await world.item('cell1'))?.['lookup']).toBe(transitionPartition('u1'));
  });

  it('is shown later where the table is away', async () => {
    const world = await twice();
    const tables = watching<Tables>(world.tables, { transact: () => Promise.reject(new Error('away')) });

    expect(await rejected(showInCell({ ...world, tables }, SHOWN))).toEqual(new Error('away'));
  });
});
