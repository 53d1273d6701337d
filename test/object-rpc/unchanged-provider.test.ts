import { expect, test } from 'vitest';
import { MemoryLog } from '#local/emulation/memory-log';
import { ComputeNode } from '#objects/compute/compute-node';
import { afterWrite } from '#object-rpc/after-write';
import { EmbeddedPlacement } from '#placement/embedded-placement';
import type { Item } from '#ports/tables';
import { memoryTables } from '../fixtures/tables.ts';
import { callMethod, recordsOn } from '../fixtures/records.ts';

const CELL = { name: 'cell1', uuid: 'cell-uuid' };
const NODE = {
  id: 1,
  uuid: '39d7f3f0-ebd4-4482-a8e5-18c50d5e0726',
  host: 'host1',
  hypervisor_hostname: 'host1',
  hypervisor_type: 'fake',
  hypervisor_version: 1,
  vcpus: 4,
  memory_mb: 4096,
  local_gb: 100,
  cpu_allocation_ratio: 16,
  ram_allocation_ratio: 1.5,
  disk_allocation_ratio: 1,
  supported_hv_specs: [],
  running_vms: 0,
  stats: { io_workload: '0' },
};

const unused = () => Promise.reject(new Error('no execution waits'));

/** A node that has registered, its saves by a host, and the requests that each takes with what follows from it. */
async function registered() {
  const { tables, requests } = memoryTables();
  const { id: _id, ...fields } = NODE;
  const written: Item[] = [];
  const records = recordsOn(tables, { written: (item) => written.push(item) });
  const placement = new EmbeddedPlacement(tables);
  const after = async (run: Promise<unknown>): Promise<readonly string[]> => {
    await run;
    for (const item of written.splice(0)) {
      const executions = { start: unused, status: unused, succeed: unused, fail: unused };
      await afterWrite({ executions, log: new MemoryLog(), placement, tables }, CELL, item);
    }
    return requests.splice(0);
  };
  const make = { ...fields, vcpus_used: 0, memory_mb_used: 0, local_gb_used: 0 };
  await after(callMethod(records, ComputeNode.make(make), 'create'));
  const save = (changes: Readonly<Record<string, number>>, known: Partial<typeof NODE> = NODE) => {
    const node = ComputeNode.load(known);
    for (const [name, value] of Object.entries(changes)) node.assign(name, value);
    return after(callMethod(records, node, 'save'));
  };
  return { save };
}

test('a node that is saved with unchanged facts costs one request, and changed ones are written to placement', async () => {
  const { save } = await registered();

  const first = await save({ current_workload: 1 });
  const unchanged = await save({ current_workload: 0 });
  const changed = await save({ running_vms: 1 });
  const again = await save({ running_vms: 1, current_workload: 1 });

  expect(first).toEqual(['UpdateItem', 'UpdateItem']);
  expect(unchanged).toEqual(['UpdateItem']);
  expect(changed).toEqual(['UpdateItem', 'UpdateItem']);
  expect(again).toEqual(['UpdateItem']);
});

test('a save of a part of the facts is written to placement each time', async () => {
  const { save } = await registered();
  await save({ current_workload: 1 });

  const { stats: _stats, ...known } = NODE;
  const partly = [await save({ current_workload: 0 }, known), await save({ current_workload: 1 }, known)];

  expect(partly.map(({ length }) => length)).toEqual([2, 2]);
});
