import { afterWrite } from '#object-rpc/after-write';
import { MemoryLog } from '#local/emulation/memory-log';
import { computeNodeKey, PLACEMENT, providerKey } from '#records/keys';
import type { Executions } from '#ports/executions';
import { describe, expect, it } from 'vitest';
import { provider, uuidOf } from '../fixtures/provider.ts';
import { schedulerWorld } from '../scheduler/world.ts';

/** No operation waits for a node. */
const NOBODY: Executions = {
  start: () => Promise.reject(new Error('nothing is started')),
  status: () => Promise.resolve(undefined),
  succeed: () => Promise.reject(new Error('nobody waits')),
  fail: () => Promise.reject(new Error('nobody waits')),
};
const CELL = { name: 'cell1', uuid: uuidOf(900_001) };

describe('a compute node that a call wrote', () => {
  it('is a provider while it is there, and none once it is destroyed', async () => {
    const { placement, tables } = await schedulerWorld({ hosts: [provider(1)] });
    const services = { executions: NOBODY, log: new MemoryLog(), placement, tables };
    const fields = {
      uuid: uuidOf(7),
      host: 'host7',
      hypervisor_hostname: 'host7',
      vcpus: 4,
      memory_mb: 1,
      local_gb: 1,
    };
    const node = { ...computeNodeKey(uuidOf(7)), ...fields, supported_hv_specs: [], stats: {} };
    const known = (): Promise<unknown> => tables.get(PLACEMENT, providerKey(uuidOf(7)));

    await afterWrite(services, CELL, node);
    const before = await known();
    await afterWrite(services, CELL, { ...node, deleted: true });

    expect(before).toMatchObject({ host: 'host7', cell: 'cell1' });
    expect(await known()).toBeUndefined();
  });
});
