import { describe, expect, it } from 'vitest';
import { MemoryLog } from '#local/emulation/memory-log';
import { registry } from '#objects/registry';
import { fromPrimitive } from '#objects/versioned/from-primitive';
import { computeNode } from '#records/methods/compute-node';
import type { Records } from '#records/method';
import { PLACEMENT, providerKey, serviceKey } from '#records/keys';
import { newObject } from '#wire/wire';
import { authorityWorld, OWNERS } from './authority-world.ts';

const { uuid } = OWNERS.host1;
const TABLE = 'cell-cell1';

/** Calls a method of a node in the name of host2. */
function call(records: Records, method: 'save' | 'create', fields: Readonly<Record<string, string>>): Promise<unknown> {
  const node = { ...newObject('ComputeNode', '1.19', { ...fields }), 'nova_object.changes': Object.keys(fields) };
  const definition = computeNode.instance?.[method];
  if (definition === undefined) throw new Error(`a node has no ${method}`);
  return definition.call(records, fromPrimitive(node, registry), {});
}

const taken = { uuid, host: 'host2', hypervisor_hostname: 'host1' };

describe('a node of another host', () => {
  it('is not taken over while that host works, or is not heard by our own fault', async () => {
    const records = await authorityWorld(['host2']);

    await expect(call(records, 'save', taken)).rejects.toThrow('may not change a compute node of another host');
  });

  it.each([
    ['is gone', { deleted: true }],
    ['is forced down', { forced_down: true }],
    ['is not recorded', undefined],
  ])('is taken over, and that is logged, when its service %s', async (_how, service) => {
    const log = new MemoryLog();
    const records = { ...(await authorityWorld(['host2'])), log };
    const key = serviceKey('host1', 'nova-compute');
    await (service === undefined
      ? records.tables.delete(TABLE, key)
      : records.tables.update(TABLE, key, { set: service }));

    await call(records, 'save', taken);

    const { items } = await records.tables.query(TABLE, {
      index: 'by-host',
      partition: 'host2',
      sortPrefix: 'compute-node#',
    });
    expect(items.map((item) => item['uuid'])).toContain(uuid);
    expect(log.lines.map(({ message }) => message)).toEqual(['a compute node is taken over']);
  });

  it('is made anew in no other cell than placement knows it in', async () => {
    const records = await authorityWorld(['host2']);
    const known = '99999999-0000-4000-8000-000000000000';
    await records.tables.put(PLACEMENT, { ...providerKey(known), cell: 'cell2' });

    const made = call(records, 'create', { uuid: known, host: 'host2', hypervisor_hostname: 'host2' });

    await expect(made).rejects.toThrow('it is of another cell');
  });

  it('is given to nobody by its own host', async () => {
    const records = await authorityWorld(['host1']);

    await expect(call(records, 'save', taken)).rejects.toThrow('may not give a compute node to another host');
  });
});
