import { describe, expect, it } from 'vitest';
import { ComputeNode } from '#objects/compute/compute-node';
import { Service } from '#objects/compute/service';
import type { Records } from '#records/method';
import { computeNodesOfHost } from '#records/methods/nodes';
import { callMethod, recordsOn } from '../../fixtures/records.ts';
import { refusal } from '../../fixtures/refusal.ts';
import { rejected } from '../../fixtures/rejected.ts';
import { memoryTables } from '../../fixtures/tables.ts';
import { watching } from '../../fixtures/watching.ts';
import { NODE_FIELDS } from './node-fields.ts';

const BARE = { topic: 'compute', report_count: 0, binary: 'nova-compute', host: 'host1' };

const NODE = {
  host: 'host1',
  hypervisor_hostname: 'host1',
  ...NODE_FIELDS,
};

describe('a service of another kind', () => {
  it('is registered by no host: it is a compute', async () => {
    const records = recordsOn(memoryTables().tables, { hosts: ['host1'] });
    const conductor = Service.make({ ...BARE, binary: 'nova-conductor', version: 1 });

    expect(await refusal(callMethod(records, conductor, 'create'))).toMatchObject({ name: 'Forbidden' });
  });
});

describe('a compute service', () => {
  it('is not destroyed with a node that another host takes over meanwhile', async () => {
    const records = recordsOn(memoryTables().tables);
    await callMethod(records, Service.make({ ...BARE, version: 30 }), 'create');
    await callMethod(records, ComputeNode.make(NODE), 'create');
    const [node] = await computeNodesOfHost(records, 'host1');
    const key = { pk: node?.pk ?? '', sk: node?.sk ?? '' };
    const taking: Records = {
      ...records,
      tables: watching(records.tables, {
        transact: async (actions) => {
          await records.tables.update('cell-cell1', key, { set: { host: 'host2' } });
          return records.tables.transact(actions);
        },
      }),
    };

    const error = await rejected(callMethod(taking, Service.load({ id: 1, ...BARE }), 'destroy'));

    expect(error).toMatchObject({ name: 'TransactionConflict' });
    expect(await records.tables.get('cell-cell1', key)).toMatchObject({ host: 'host2', deleted: false });
  });
});
